import { openMemoryDatabase } from '@reforms/client/node'
import type { TimelineItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

type Message = Extract<TimelineItem, { kind: 'message' }>

let server: TestServer
let ana: TestPerson
const people: TestPerson[] = []

const keep = (person: TestPerson) => {
  people.push(person)
  return person
}
const register = async (link: string, name: string, database = openMemoryDatabase()) =>
  keep(await TestPerson.register({ serverUrl: server.url, database }, link, name))

beforeAll(async () => {
  server = await startServer()
  ana = await register(server.setupLink, 'Ana')
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

/** Waits until the poll that asks this looks so, and says who chose what. */
async function poll(
  person: TestPerson,
  channelId: ChannelId,
  question: string,
  fits: (message: Message) => boolean = () => true,
) {
  const find = (items: TimelineItem[]) =>
    items.find(
      (item): item is Message =>
        item.kind === 'message' && item.state === 'sent' && item.text === question && fits(item),
    )
  const view = await person.until(
    'timeline',
    { channelId, limit: 100 },
    ({ items }) => find(items) !== undefined,
  )
  const found = find(view.items)!
  const chosen = found.poll?.options.map(
    ({ text, people: by }) => `${text}: ${by.map(({ name }) => name).join()}`,
  )
  return { seq: found.seq!, poll: found.poll!, chosen }
}

const voted = (count: number) => (message: Message) => message.poll?.voters === count
const chose =
  (place: number, ...names: string[]) =>
  (message: Message) =>
    message.poll?.options[place]?.people.map(({ name }) => name).join() === names.join()
const over = (message: Message) => message.poll?.ended === true

it('POLL-1, POLL-2, POLL-3, POLL-4: two people, two devices, one away and one who came later count a poll the same', async () => {
  const kept = openMemoryDatabase()
  const ben = await register(await ana.invite(), 'Ben', kept)
  const channelId = await ana.createChannel('Ward 3')
  await ben.join(channelId)
  const question = 'Which day suits @ben?'
  const options = ['Monday', 'Tuesday', 'Friday']
  await ana.do('poll.create', { channelId, question, options, several: false })
  const { seq } = await poll(ana, channelId, question)
  await poll(ben, channelId, question)
  const phone = keep(await TestPerson.restore({ serverUrl: server.url }, 'Ana', ana.phrase))
  await poll(phone, channelId, question)

  await ben.do('poll.vote', { channelId, seq, choices: [0] })
  await poll(ana, channelId, question, chose(0, 'Ben'))
  await ben.leave()
  await phone.do('poll.vote', { channelId, seq, choices: [0] })
  await poll(ana, channelId, question, chose(0, 'Ben', 'Ana'))
  await ana.do('poll.vote', { channelId, seq, choices: [2] })
  await poll(phone, channelId, question, chose(2, 'Ana'))

  const again = keep(await TestPerson.open({ serverUrl: server.url, database: kept }))
  await again.online()
  await poll(again, channelId, question, chose(2, 'Ana'))
  await again.do('poll.vote', { channelId, seq, choices: [1] })
  await poll(ana, channelId, question, chose(1, 'Ben'))
  await expect(again.do('poll.vote', { channelId, seq, choices: [0, 1] })).rejects.toThrow('cannot be chosen')
  await expect(again.do('poll.end', { channelId, seq })).rejects.toThrow('Only who began')
  await expect(ana.do('message.edit', { channelId, seq, text: 'Another question' })).rejects.toThrow(
    'no poll',
  )

  await phone.do('poll.end', { channelId, seq })
  await poll(again, channelId, question, over)
  await again.do('poll.vote', { channelId, seq, choices: [0] })
  await again.say(channelId, 'I have changed my mind')
  await ana.hears(channelId, 'I have changed my mind')

  const carla = await register(await ana.invite(), 'Carla')
  await carla.join(channelId)
  await carla.hears(channelId, 'I have changed my mind')
  const all = await Promise.all(
    [ana, phone, again, carla].map((person) =>
      poll(person, channelId, question, (message) => over(message) && voted(2)(message)),
    ),
  )
  for (const { chosen } of all) expect(chosen).toEqual(['Monday: ', 'Tuesday: Ben', 'Friday: Ana'])
})

it('POLL-2: a vote is taken back, one that was deleted was never given, and several may be chosen where the poll says so', async () => {
  const channelId = await ana.createChannel('Rota')
  const dana = await register(await ana.invite(), 'Dana')
  await dana.join(channelId)
  const question = 'What shall we order?'
  await ana.do('poll.create', { channelId, question, options: ['Tea', 'Coffee'], several: true })
  const { seq } = await poll(dana, channelId, question)
  await dana.do('poll.vote', { channelId, seq, choices: [1, 0] })
  await poll(ana, channelId, question, (message) => chose(0, 'Dana')(message) && chose(1, 'Dana')(message))
  await ana.do('poll.vote', { channelId, seq, choices: [1] })
  await poll(dana, channelId, question, voted(2))
  await ana.do('poll.vote', { channelId, seq, choices: [] })
  await poll(dana, channelId, question, voted(1))
  await ana.do('message.redact', { channelId, seq })
  await dana.until('timeline', { channelId, limit: 100 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.redacted === true && item.poll === undefined),
  )
})
