import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let carla: TestPerson

const newPerson = async (name: string) =>
  TestPerson.register({ serverUrl: server.url }, await ana.invite(), name)

beforeAll(async () => {
  server = await startServer()
  ana = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana')
  ben = await newPerson('Ben')
  carla = await newPerson('Carla')
})
afterAll(async () => {
  await Promise.all([ana, ben, carla].map((person) => person?.leave()))
  await server?.stop()
})

describe('people talk', () => {
  it('EPO-5: in a public channel that anybody may join, and the newcomer reads what was said before', async () => {
    const channel = await ana.createChannel('General')
    await ana.say(channel, 'Good morning')
    await ana.hears(channel, 'Good morning')
    await ben.join(channel)
    await ben.hears(channel, 'Good morning')
    await ben.say(channel, 'Hello Ana')
    await Promise.all([ana.hears(channel, 'Hello Ana'), ben.hears(channel, 'Hello Ana')])
    expect(await ana.texts(channel)).toEqual(await ben.texts(channel))
  })

  it('CH-6, EPO-5: in a private channel, whose name only members read, and the newcomer reads from joining on', async () => {
    const channel = await ana.createChannel('Rota', 'private')
    await ana.say(channel, 'Before anybody came')
    await ana.hears(channel, 'Before anybody came')
    await ana.do('channel.addMembers', { channelId: channel, people: [await ben.me()] })
    await ben.isIn(channel)
    await ben.until('channel', { channelId: channel }, (view) => view?.name === 'Rota')
    await ana.say(channel, 'Welcome')
    await ben.hears(channel, 'Welcome')
    expect(await ben.texts(channel)).toEqual(['Welcome'])
    const others = await carla.do('channel.browse', { search: '' })
    expect(others.some(({ name }) => name === 'Rota')).toBe(false)
  })

  it('CH-3: directly, in one channel for the same people whoever opens it', async () => {
    const { channelId } = await ana.do('channel.openDirect', { people: [await ben.me()] })
    await ana.say(channelId, 'Do you have a minute?')
    await ben.hears(channelId, 'Do you have a minute?')
    await ben.say(channelId, 'Yes')
    await ana.hears(channelId, 'Yes')
    const again = await ben.do('channel.openDirect', { people: [await ana.me()] })
    expect(again.channelId).toBe(channelId)
  })

  it('POL-5: the member list is the roster of the group, with devices', async () => {
    const channel = await ana.createChannel('Ward 3', 'private', [await ben.me(), await carla.me()])
    const view = await ana.until('channel', { channelId: channel }, (each) => each?.members.length === 3)
    expect(view?.members.map((member) => member.displayName)).toEqual(['Ana', 'Ben', 'Carla'])
    expect(view?.members.every((member) => member.devices.length === 1)).toBe(true)
  })

  it('CH-7, EPO-10: somebody who is removed receives nothing that is said afterwards, and a message is not held up by it', async () => {
    const channel = await ana.createChannel('Incident', 'private', [await ben.me(), await carla.me()])
    await ana.until('channel', { channelId: channel }, (each) => each?.members.length === 3)
    await carla.isIn(channel)
    await ana.say(channel, 'Everybody reads this')
    await carla.hears(channel, 'Everybody reads this')
    await ana.do('channel.removeMember', { channelId: channel, userId: await carla.me() })
    await ben.say(channel, 'Carla does not read this')
    await ana.hears(channel, 'Carla does not read this')
    await carla.until('channels', {}, (channels) => !channels.some((each) => each.channelId === channel))
    expect(await carla.texts(channel)).not.toContain('Carla does not read this')
  })

  it('ENG-9: somebody named is told, and what is unread is counted until it is read', async () => {
    const channel = await ana.createChannel('Pharmacy')
    await ben.join(channel)
    await ana.say(channel, 'Is the heparin in, @ben?')
    const items = await ben.until('channels', {}, (channels) =>
      channels.some((each) => each.channelId === channel && each.mentions === 1),
    )
    const seen = items.find((each) => each.channelId === channel)
    expect(seen).toMatchObject({ unread: 1, mentions: 1 })
    const entry = await ben.hears(channel, 'Is the heparin in, @ben?')
    await ben.do('channel.markRead', {
      channelId: channel,
      seq: entry.kind === 'message' ? (entry.seq ?? 0) : 0,
    })
    await ben.until('channels', {}, (channels) =>
      channels.some((each) => each.channelId === channel && each.unread === 0),
    )
  })

  it('ENG-9: the first message of a new direct conversation is told, once, and counts as unread', async () => {
    const told: string[] = []
    const stop = ben.engine.onNotification(({ body }) => told.push(body))
    const people = await Promise.all(
      ['Dora', 'Emil', 'Fay'].map(async (name) =>
        TestPerson.register({ serverUrl: server.url }, await ana.invite(), name),
      ),
    )
    const benId = await ben.me()
    const texts = people.map((_, index) => `First word ${index}`)
    await Promise.all(
      people.map(async (person, index) => {
        const { channelId } = await person.do('channel.openDirect', { people: [benId] })
        await person.say(channelId, texts[index] as string)
        await ben.hears(channelId, texts[index] as string)
        const unread = (count: number) =>
          ben.until('channels', {}, (all) =>
            all.some((each) => each.channelId === channelId && each.unread === count),
          )
        await unread(1)
      }),
    )
    await Promise.all(people.map((person) => person.leave()))
    stop()
    expect(told.sort()).toEqual(texts)
  })

  it('BLB-1: a file arrives as it was sent', async () => {
    const channel = await ana.createChannel('Files', 'private', [await ben.me()])
    await ben.isIn(channel)
    await ana.until('channel', { channelId: channel }, (each) => each?.members.length === 2)
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251)
    const file = { name: 'scan.png', mediaType: 'image/png', bytes, width: 10, height: 20 }
    await ana.do('message.send', { channelId: channel, text: 'The scan', files: [file] })
    const item = await ben.hears(channel, 'The scan')
    if (item.kind !== 'message' || !item.files[0]) throw new Error('no file')
    const got = await ben.do('file.read', { channelId: channel, blobId: item.files[0].blobId })
    expect(got).toMatchObject({ name: 'scan.png', mediaType: 'image/png' })
    expect(Buffer.compare(got.bytes, bytes)).toBe(0)
  })

  it('BLB-6, LOG-14: a message that its author deletes takes its file with it, from the server too', async () => {
    const channel = await ana.createChannel('Scans', 'private')
    const file = { name: 'scan.png', mediaType: 'image/png', bytes: new Uint8Array(1000) }
    await ana.do('message.send', { channelId: channel, text: 'The wrong one', files: [file] })
    const item = await ana.hears(channel, 'The wrong one')
    if (item.kind !== 'message' || !item.files[0] || item.seq === undefined) throw new Error('no file')
    const { blobId } = item.files[0]
    const isKept = () => readdirSync(join(server.dataFolder, 'blobs', blobId.slice(-2))).includes(blobId)
    expect(isKept()).toBe(true)
    await ana.do('message.redact', { channelId: channel, seq: item.seq })
    await expect.poll(isKept, { timeout: 5000 }).toBe(false)
  })
})
