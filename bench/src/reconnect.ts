/**
 * How soon clients are back by themselves after the server was killed: from the moment that it answers again until each of
 * twenty people is online, and until what one of them wrote meanwhile stands before all the others. `npm run bench -- reconnect`.
 */
import { startServer, TestPerson } from '@reforms/testkit'
import { describeMachine, figuresOf, print } from './figures.ts'

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 20)
const KILLS = Number(process.env['BENCH_KILLS'] ?? 20)

const server = await startServer()
const options = { serverUrl: server.url }
const founder = await TestPerson.register(options, server.setupLink, 'Founder')
const people = [founder]
for (let number = 1; number < PEOPLE; number += 1)
  people.push(await TestPerson.register(options, await founder.invite(), `Person ${number}`))
const members = await Promise.all(people.slice(1).map((person) => person.me()))
const channelId = await founder.createChannel('Ward', 'private', members)
await Promise.all(people.map((person) => person.isIn(channelId)))

const online: number[] = []
const heard: number[] = []
for (let kill = 1; kill <= KILLS; kill += 1) {
  const text = `Written while the server was away, ${kill}`
  await server.kill9()
  await founder.say(channelId, text)
  await server.start()
  const ready = performance.now()
  const since = async (what: Promise<unknown>, times: number[]) => {
    await what
    times.push(performance.now() - ready)
  }
  await Promise.all(
    people.flatMap((person) => [since(person.online(), online), since(person.hears(channelId, text), heard)]),
  )
}
process.stdout.write(`${PEOPLE} people in one process, ${KILLS} times kill -9; ${describeMachine()}\n`)
print('online again after the server is ready', figuresOf(online))
print('has read what was written meanwhile', figuresOf(heard))
await Promise.all(people.map((person) => person.leave()))
await server.stop()
