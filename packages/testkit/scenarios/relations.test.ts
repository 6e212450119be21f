import { openMemoryDatabase } from '@reforms/client/node'
import type { TimelineItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

type Message = Extract<TimelineItem, { kind: 'message' }>
const LIMIT = 1000

let server: TestServer
let ana: TestPerson
const people: TestPerson[] = []

const register = async (name: string, database = openMemoryDatabase()) => {
  const link = people.length === 0 ? server.setupLink : await ana.invite()
  const person = await TestPerson.register({ serverUrl: server.url, database }, link, name)
  people.push(person)
  return person
}

beforeAll(async () => {
  server = await startServer()
  ana = await register('Ana')
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

/** Waits until a message says something, and gives what is shown with it. */
async function sees(
  person: TestPerson,
  channelId: ChannelId,
  fits: (message: Message) => boolean,
): Promise<Message> {
  const found = (items: TimelineItem[]) =>
    items.find((item): item is Message => item.kind === 'message' && item.state === 'sent' && fits(item))
  const view = await person.until(
    'timeline',
    { channelId, limit: LIMIT },
    ({ items }) => found(items) !== undefined,
  )
  return found(view.items)!
}

const said = (text: string) => (message: Message) => message.text === text
const seqOf = ({ seq }: { seq?: number }) => seq!

/** All that is shown of a channel but what differs between devices by right. */
async function shown(person: TestPerson, channelId: ChannelId) {
  const { items } = await person.until('timeline', { channelId, limit: LIMIT }, ({ loading }) => !loading)
  return items.flatMap((item) =>
    item.kind === 'message'
      ? [
          {
            text: item.text,
            edited: item.editedAt,
            redacted: item.redacted,
            pinned: item.pinned,
            answers: item.answers,
            count: item.thread?.count,
            reactions: item.reactions?.map(
              ({ emoji, people: by }) => `${emoji} ${by.map(({ name }) => name).join()}`,
            ),
          },
        ]
      : [],
  )
}

it('REL-2, REL-3, REL-4, REL-5, REL-6, REL-7, REL-9: two people, two devices, one away and one who came later see the same conversation', async () => {
  const kept = openMemoryDatabase()
  const ben = await register('Ben', kept)
  const channelId = await ana.createChannel('Ward 3')
  await ben.join(channelId)
  await ana.say(channelId, 'Two admissions at two')
  const root = await ana.hears(channelId, 'Two admissions at two')
  const seq = seqOf(root)
  await ben.hears(channelId, 'Two admissions at two')
  const phone = await TestPerson.restore({ serverUrl: server.url }, 'Ana', ana.phrase)
  people.push(phone)
  await sees(phone, channelId, said('Two admissions at two'))

  await ben.leave()
  await ana.do('message.edit', { channelId, seq, text: 'Two admissions at three' })
  await phone.do('message.react', { channelId, seq, emoji: '👍', on: true })
  await ana.do('message.send', {
    channelId,
    text: 'In the thread',
    files: [],
    answers: { as: 'thread', seq },
  })
  await ana.do('message.send', { channelId, text: 'To all', files: [], answers: { as: 'reply', seq } })
  await ana.do('message.pin', { channelId, seq, on: true })
  await sees(phone, channelId, ({ pinned, thread }) => pinned === true && thread?.count === 1)
  await ana.say(channelId, 'A mistake')
  const mistake = seqOf(await sees(ana, channelId, said('A mistake')))
  await ana.do('message.edit', { channelId, seq: mistake, text: 'A worse one' })
  await sees(phone, channelId, said('A worse one'))
  await sees(ana, channelId, ({ text, edit }) => text === 'A worse one' && !edit)
  await ana.do('message.redact', { channelId, seq: mistake })

  const again = await TestPerson.open({ serverUrl: server.url, database: kept })
  people.push(again)
  await again.online()
  const forBen = await sees(again, channelId, ({ pinned }) => pinned === true)
  expect(forBen.text).toBe('Two admissions at three')
  await again.do('message.react', { channelId, seq, emoji: '👍', on: true })
  await phone.do('message.react', { channelId, seq, emoji: '👍', on: false })
  await again.do('message.send', { channelId, text: 'Two', files: [], answers: { as: 'thread', seq } })
  const { threads } = (await ana.until('channels', {}, (items) => items.some((item) => item.threads))).find(
    (item) => item.channelId === channelId,
  )!
  expect(threads).toEqual([seq])
  await ana.do('thread.markRead', { channelId, root: seq, seq: 10_000 })
  await phone.until('channels', {}, (items) => items.every((item) => !item.threads))

  const carla = await register('Carla')
  await carla.join(channelId)
  const all = [ana, phone, again, carla]
  await Promise.all(
    all.map((person) =>
      sees(
        person,
        channelId,
        ({ thread, reactions }) => thread?.count === 2 && reactions?.[0]?.people.length === 1,
      ),
    ),
  )
  await Promise.all(all.map((person) => sees(person, channelId, ({ redacted }) => redacted === true)))
  const views = await Promise.all(all.map((person) => shown(person, channelId)))
  for (const view of views) expect(view).toEqual(views[0])
  expect(views[0]?.map(({ text }) => text)).toEqual(['Two admissions at three', 'To all', ''])
  expect(views[0]?.[0]?.reactions).toEqual(['👍 Ben'])
  const { versions } = await carla.do('message.versions', { channelId, seq })
  expect(versions.map(({ text }) => text)).toEqual(['Two admissions at two', 'Two admissions at three'])
  await expect(again.do('message.edit', { channelId, seq, text: 'Mine' })).rejects.toThrow('yourself')
})

it('REL-8, REL-10, FIL-1: mentions are counted, and what is forwarded comes with who wrote it and with its file', async () => {
  const dana = await register('Dana')
  const channelId = await ana.createChannel('Rota')
  await dana.join(channelId)
  const elsewhere = await ana.createChannel('Elsewhere')
  await dana.join(elsewhere)
  await ana.say(channelId, 'Can @dana come?')
  await ana.say(channelId, 'And @channel, read this')
  await ana.say(channelId, 'Nobody in particular')
  const item = (await dana.until('channels', {}, (items) => items.some(({ unread }) => unread === 3))).find(
    (each) => each.channelId === channelId,
  )
  expect(item?.mentions).toBe(2)
  const bytes = new TextEncoder().encode('For the night shift')
  const file = { name: 'notes.txt', mediaType: 'text/plain', bytes }
  await ana.do('message.send', { channelId, text: 'See the notes', files: [file] })
  const noted = await sees(dana, channelId, said('See the notes'))
  await dana.do('message.forward', { channelId, seq: seqOf(noted), to: elsewhere })
  const forwarded = await sees(ana, elsewhere, said('See the notes'))
  expect(forwarded).toMatchObject({ authorName: 'Dana', forwarded: { authorName: 'Ana', at: noted.at } })
  const copy = forwarded.files[0]!
  expect(copy.blobId).not.toBe(noted.files[0]?.blobId)
  const read = await ana.do('file.read', { channelId: elsewhere, blobId: copy.blobId })
  expect(new TextDecoder().decode(read.bytes)).toBe('For the night shift')
})
