/** A malicious member, against a real server, with honest engines watching. docs/threat-model.md, "A malicious member". */
import type { TimelineItem } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { createSigningKeyPair, signRedaction, type EnvelopeBody } from '@reforms/crypto'
import { cleanName, type BlobId, type ChannelId, type UserId } from '@reforms/protocol'
import naughty from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, EvilMember, startServer, TestPerson, type TestServer } from '../src/index.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const LIMIT = 1000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let evePerson: TestPerson
let eve: EvilMember
let benId: UserId
let publicId: ChannelId
let privateId: ChannelId

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  const database = openMemoryDatabase()
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  evePerson = await TestPerson.register({ ...options, database }, await ana.invite(), 'Eve')
  benId = await ben.me()
  publicId = await ana.createChannel('Town hall')
  privateId = await ana.createChannel('Ward', 'private', [benId, await evePerson.me()])
  for (const person of [ben, evePerson]) {
    await person.join(publicId)
    await person.isIn(privateId)
  }
  eve = new EvilMember(database, server.url)
  for (const channelId of [publicId, privateId]) {
    await ana.say(channelId, 'Hello')
    for (const person of [ben, evePerson]) await person.hears(channelId, 'Hello')
  }
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave(), evePerson?.leave()])
  await server?.stop()
})

/** Both honest people still write to and read each other: no engine stands still. */
async function allGoesOn(channelId: ChannelId, words: string): Promise<void> {
  await ben.say(channelId, words)
  await ana.hears(channelId, words)
  await ana.say(channelId, `${words}, Ben`)
  await ben.hears(channelId, `${words}, Ben`)
}

async function itemsOf(person: TestPerson, channelId: ChannelId): Promise<TimelineItem[]> {
  return (await person.until('timeline', { channelId, limit: LIMIT }, ({ loading }) => !loading)).items
}

const file = (name: string, blobId: string = crypto.randomUUID()) => ({
  blobId,
  name,
  mediaType: 'image/svg+xml',
  size: 10,
  key: random(32),
  hash: random(32),
  width: 65_535,
  height: 1,
})

describe('a message that is not what it seems', () => {
  it('ENC-6, MSG-8: content that is deep, huge, of no form or of a type to come stops nobody', async () => {
    const deep = new Uint8Array(100_000).fill(0x81)
    deep[deep.length - 1] = 0x00
    const contents: unknown[] = [
      deep,
      random(200_000),
      new Uint8Array([0xff]),
      new Uint8Array([0x9f, 0xff]),
      { type: 'text', text: 'x'.repeat(200_000), ...eve.honest() },
      { type: 'text', text: '# '.repeat(20_000), ...eve.honest() },
      { type: 'text', text: '', files: Array.from({ length: 11 }, () => file('a')), ...eve.honest() },
      { type: 'edit', of: 1, text: 'Ana has never said this', ...eve.honest() },
      { type: 'settings', name: 7 },
      [],
      null,
    ]
    for (const content of contents) await eve.say(privateId, content)
    await allGoesOn(privateId, 'Still here after forms')
    const shown = await itemsOf(ana, privateId)
    const cannot = shown.filter((item) => item.kind === 'notice' && item.text.includes('cannot show'))
    // The largest text that is allowed is shown; nothing else of it is.
    expect(cannot).toHaveLength(contents.length - 1)
  })

  it('LOG-3: a relation to what is not there is refused; one to anything else changes nothing of what it names', async () => {
    const before = await ana.texts(privateId)
    const text = { type: 'text', text: 'Related', ...eve.honest() }
    for (const relatesTo of [0, 1_000_000])
      expect(await codeOf(eve.say(privateId, text, { relatesTo }))).toBe('invalid-input')
    const seq = await eve.say(privateId, text, { relatesTo: 1 })
    for (const relatesTo of [seq, seq - 1]) await eve.say(privateId, text, { relatesTo })
    await allGoesOn(privateId, 'Still here after relations')
    expect((await ana.texts(privateId)).slice(0, before.length)).toEqual(before)
  })

  it('LIM-1: it names a hundred people at most, whoever they are', async () => {
    const text = { type: 'text', text: 'Everybody!', ...eve.honest() }
    const somebody = () => crypto.randomUUID() as string as UserId
    const everybody = (count: number) => ({ notify: Array.from({ length: count }, somebody) })
    const sized = await eve.message(privateId, text, everybody(100))
    expect(await codeOf(eve.transport.call('log.append', sized, 'http'))).toBe('done')
    const many = { ...sized, ...everybody(101), clientId: crypto.randomUUID() as never }
    expect(await codeOf(eve.transport.call('log.append', many, 'http'))).toBe('invalid-input')
  })

  it('LOG-6: a clientId of another’s message gives a message of its own, and hides nobody’s', async () => {
    await ben.say(privateId, 'Ben was first')
    const first = await ana.hears(privateId, 'Ben was first')
    const said = await itemsOf(ben, privateId)
    const mine = said.find((item) => item.kind === 'message' && item.text === 'Ben was first')
    await eve.say(
      privateId,
      { type: 'text', text: 'Eve with his number', ...eve.honest() },
      {
        clientId: mine!.key as never,
      },
    )
    for (const person of [ana, ben]) {
      await person.hears(privateId, 'Eve with his number')
      await person.hears(privateId, 'Ben was first')
      const keys = (await itemsOf(person, privateId)).map(({ key }) => key)
      expect(new Set(keys).size).toBe(keys.length)
    }
    expect(first).toMatchObject({ authorName: 'Ben' })
  })

  it('LOG-14: another’s message is not erased, whoever signs', async () => {
    const item = await ana.hears(privateId, 'Ben was first')
    const seq = item.kind === 'message' ? item.seq! : 0
    const { entries } = await eve.transport.call(
      'log.page',
      { channelId: privateId, before: seq + 1, limit: 1 },
      'http',
    )
    const order = { channelId: privateId, seq, clientId: entries[0]!.clientId }
    const payload = await signRedaction(createSigningKeyPair(random), order)
    const clientId = crypto.randomUUID() as never
    const request = { channelId: privateId, clientId, seq, payload }
    expect(await codeOf(eve.transport.call('log.redact', request, 'http'))).toBe('forbidden')
  })

  it('FIL-5: a later message that names another’s file changes neither its name nor its bytes', async () => {
    const bytes = random(2000)
    const sent = { name: 'rota.pdf', mediaType: 'application/pdf', bytes }
    await ben.do('message.send', { channelId: privateId, text: 'The rota', files: [sent] })
    const item = await ana.hears(privateId, 'The rota')
    const [shown] = item.kind === 'message' ? item.files : []
    const text = 'A better rota'
    await eve.say(privateId, {
      type: 'text',
      text,
      files: [file('rota.exe', shown!.blobId)],
      ...eve.honest(),
    })
    await ana.hears(privateId, text)
    const read = await ana.do('file.read', { channelId: privateId, blobId: shown!.blobId as BlobId })
    expect(read.name).toBe('rota.pdf')
    expect(Buffer.from(read.bytes).equals(Buffer.from(bytes))).toBe(true)
  })
})

describe('names', () => {
  it('NAME-2: the server refuses what cannot be seen or turns other words around, and the client cleans what is typed', async () => {
    for (const displayName of [
      'Ana\u200b',
      '\u202eanA',
      'Ana\u00ad',
      ' Ana',
      '\u3164',
      'Ana\nSousa',
      'A\0na',
    ])
      expect(await codeOf(eve.transport.call('profile.update', { displayName }, 'http'))).toBe(
        'invalid-input',
      )
    await evePerson.do('profile.update', { displayName: '  Eve\u202e\u200b  ' })
    await ana.until('people', {}, (people) => people.some((person) => person.displayName === 'Eve'))
    const name = naughty.find((text) => cleanName(text) !== text && cleanName(text) !== '')!
    const input = { channelId: publicId, name: name.slice(0, 80) }
    expect(await codeOf(eve.transport.call('channel.update', input, 'http'))).not.toBe('done')
  })

  it('NAME-3: of names that the server does not see, nothing that turns or hides is shown: channels, files', async () => {
    // Only moderators name a private channel.
    const moderator = { userId: await evePerson.me(), moderates: true }
    await ana.do('channel.changePolicy', { channelId: privateId, moderator })
    await evePerson.until('channel', { channelId: privateId }, (view) => view?.namedModerator === true)
    const name = '\u202eWard\u200b\u0000 \u2066four'
    await eve.say(privateId, { type: 'settings', name, topic: '\u202ea\r\nb', ...eve.honest() })
    await ana.until('channel', { channelId: privateId }, (view) => view?.name === 'Ward four')
    await ana.until('channel', { channelId: privateId }, (view) => view?.topic === 'a\nb')
    for (const empty of ['', '\u200b', '\u3164 '])
      await eve.say(privateId, { type: 'settings', name: empty, topic: '', ...eve.honest() })
    const files = ['cod\u202efdp.exe', '../../.bashrc', 'a\0b', '..', '\u200b'].map((each) => file(each))
    await eve.say(privateId, { type: 'text', text: 'Files', files, ...eve.honest() })
    const item = await ana.hears(privateId, 'Files')
    const shown = item.kind === 'message' ? item.files.map((each) => each.name) : []
    expect(shown).toEqual(['codfdp.exe', '.._.._.bashrc', 'a b', 'file', 'file'])
    await ana.until('channel', { channelId: privateId }, (view) => view?.name === 'Ward four')
  })

  it('CH-6: a message renames no public channel: its name is the server’s', async () => {
    await eve.say(publicId, { type: 'settings', name: 'Casino', topic: 'Free', ...eve.honest() })
    await allGoesOn(publicId, 'Still the town hall')
    const view = await ana.until('channel', { channelId: publicId }, (channel) => channel !== undefined)
    expect(view).toMatchObject({ name: 'Town hall', topic: '' })
  })
})

describe('questions without end', () => {
  it('EPO-8, MBX-7: are taken and answered so often only, and neither who is asked nor their mail stands still', async () => {
    const [device] = await eve.devicesOf(benId)
    const epochs = [{ generation: 1, epoch: 0 }]
    const question: EnvelopeBody = { type: 'history-request', channelId: publicId, epochs }
    const taken = (times: number) => codeOf(eve.post(device!, question, times))
    // Nobody clears what is answered.
    await evePerson.leave()
    const codes = []
    for (let times = 0; times < 5; times += 1) codes.push(await taken(50))
    expect(codes.slice(0, 4)).toEqual(['done', 'done', 'done', 'done'])
    await allGoesOn(publicId, 'Still here while asked')
    // Ben's engine works through them, and clears them.
    await expect.poll(() => taken(1), { timeout: 60_000, interval: 1000 }).toBe('done')
    await allGoesOn(privateId, 'Still here after all questions')
    const answered = []
    for (let after = 0, more = true; more;) {
      const page = await eve.transport.call('mailbox.read', { after, limit: 100 }, 'http')
      answered.push(...page.envelopes)
      after = page.envelopes.at(-1)?.id ?? after
      more = page.more
    }
    expect(answered.length).toBeGreaterThan(0)
    expect(answered.length).toBeLessThanOrEqual(200)
  }, 120_000)
})
