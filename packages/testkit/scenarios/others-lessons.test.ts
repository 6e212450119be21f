/** What other messengers learnt the hard way: docs/threat-model.md, "What others learnt the hard way". */
import { TransportLost, type Transport } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { BlobId, ChannelId, UserId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, EvilMember, startServer, TestPerson, type TestServer } from '../src/index.ts'

/** After which nothing is given any more to who is out. */
const CUT_MS = 1000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let benId: UserId
let asBen: EvilMember
/** What happens to Ben's uploads besides. */
let afterUpload: (() => Promise<void>) | undefined

const between = (transport: Transport): Transport => ({
  call: (operation, input, via) => transport.call(operation, input, via),
  open: (listeners) => transport.open(listeners),
  close: () => transport.close(),
  download: (blobId, range) => transport.download(blobId, range),
  upload: async (blobId, offset, bytes) => {
    await transport.upload(blobId, offset, bytes)
    await afterUpload?.()
  },
})

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  const database = openMemoryDatabase()
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register({ ...options, database, between }, await ana.invite(), 'Ben')
  benId = await ben.me()
  asBen = new EvilMember(database, server.url)
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

async function channelOfBoth(name: string): Promise<ChannelId> {
  const channelId = await ana.createChannel(name, 'private', [benId])
  await ben.isIn(channelId)
  await ana.say(channelId, `${name}: before`)
  await ben.hears(channelId, `${name}: before`)
  return channelId
}

const placeOf = async (channelId: ChannelId) => {
  const { channel } = await asBen.transport.call('channel.read', { channelId }, 'http')
  return { generation: channel.generation, epoch: channel.epoch }
}

describe('access after removal (Nextcloud CVE-2026-45543)', () => {
  it('PERM-3, CH-7: log, files, group, turn and writing are cut within a second', async () => {
    const channelId = await channelOfBoth('Accounts')
    const file = { name: 'a.txt', mediaType: 'text/plain', bytes: new Uint8Array(randomBytes(100)) }
    await ana.do('message.send', { channelId, text: 'A file', files: [file] })
    const item = await ben.hears(channelId, 'A file')
    const blobId = (item.kind === 'message' ? item.files[0]!.blobId : '') as BlobId
    const sentence = await asBen.message(channelId, { type: 'text' })
    await asBen.transport.download(blobId)
    await ana.do('channel.removeMember', { channelId, userId: benId })
    const removed = performance.now()
    const call = asBen.transport
    const refusals = await Promise.all([
      codeOf(call.call('log.page', { channelId, before: 100, limit: 10 }, 'http')),
      codeOf(call.call('log.read', { channelId, after: 0, limit: 10 }, 'http')),
      codeOf(call.call('group.read', { channelId }, 'http')),
      codeOf(call.call('turn.take', { channelId }, 'http')),
      codeOf(call.call('log.append', sentence, 'http')),
      call.download(blobId).then(
        () => 'done',
        () => 'not-found',
      ),
    ])
    expect(performance.now() - removed).toBeLessThan(CUT_MS)
    for (const code of refusals) expect(['not-found', 'forbidden']).toContain(code)
    await ana.say(channelId, 'Without Ben')
    await ana.hears(channelId, 'Without Ben')
    expect(await ben.texts(channelId)).not.toContain('Without Ben')
  })
})

describe('Complement-Crypto’s list', () => {
  it('EPO-5: who comes in again does not read what was said while they were out', async () => {
    const channelId = await channelOfBoth('Rota')
    await ana.do('channel.removeMember', { channelId, userId: benId })
    await ana.say(channelId, 'In the gap')
    await ana.hears(channelId, 'In the gap')
    await ana.do('channel.addMembers', { channelId, people: [benId] })
    await ben.isIn(channelId)
    await ana.say(channelId, 'Welcome back')
    await ben.hears(channelId, 'Welcome back')
    const texts = await ben.texts(channelId)
    expect(texts).toContain('Rota: before')
    expect(texts).not.toContain('In the gap')
  })

  it('CH-9, DIR-7, EPO-10: keys rotate when somebody leaves, and when a device signs out', async () => {
    const channelId = await channelOfBoth('Theatre')
    const phone = await TestPerson.restore({ serverUrl: server.url }, 'Ben', ben.phrase)
    const devices = async (count: number) =>
      ana.until('channel', { channelId }, (view) =>
        Boolean(view?.members.some(({ userId, devices: all }) => userId === benId && all.length === count)),
      )
    await devices(2)
    const withPhone = await placeOf(channelId)
    await phone.do('session.close', {})
    await phone.leave()
    await ana.say(channelId, 'After the phone')
    await devices(1)
    const after = await placeOf(channelId)
    expect(after.epoch).toBeGreaterThan(withPhone.epoch)
    await ben.do('channel.leave', { channelId })
    await ana.say(channelId, 'After Ben')
    const alone = await ana.until('channel', { channelId }, (view) => view?.members.length === 1)
    expect(alone?.members.map(({ displayName }) => displayName)).toEqual(['Ana'])
  })

  it('ID-4, VLT-4: another phrase opens nothing', async () => {
    const stranger = await TestPerson.open({ serverUrl: server.url })
    const { phrase } = await stranger.do('phrase.create', {})
    await expect(TestPerson.restore({ serverUrl: server.url }, 'Ben', phrase)).rejects.toMatchObject({
      problem: { code: 'phrase-wrong' },
    })
    await stranger.leave()
  })

  it('BLB-3, LOG-5: SIGKILL before the answer to an upload loses no file and makes none twice', async () => {
    const channelId = await channelOfBoth('Scans')
    const bytes = new Uint8Array(randomBytes(300_000))
    let kills = 0
    afterUpload = async () => {
      if (kills > 0) return
      kills += 1
      await server.kill9()
      throw new TransportLost()
    }
    const files = [{ name: 'scan.bin', mediaType: 'application/octet-stream', bytes }]
    await ben.do('message.send', { channelId, text: 'The scan', files })
    await expect.poll(() => kills, { timeout: 20_000 }).toBe(1)
    await server.start()
    const item = await ana.hears(channelId, 'The scan')
    const blobId = (item.kind === 'message' ? item.files[0]!.blobId : '') as BlobId
    const read = await ana.do('file.read', { channelId, blobId })
    expect(Buffer.from(read.bytes).equals(Buffer.from(bytes))).toBe(true)
    expect((await ana.texts(channelId)).filter((text) => text === 'The scan')).toHaveLength(1)
    afterUpload = undefined
    expect((await placeOf(channelId)).generation).toBe(1)
  }, 90_000)
})
