/** Lives in which a new device dies: while it is restored by the phrase, and while somebody signs up on it. */
import { IntentError } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { setTimeout as sleep } from 'node:timers/promises'
import { TESTING_PASSWORD, TestPerson, tokenOf, userNameOf } from '../../src/index.ts'
import { allTalk, demandWhole, Program, type Flow, type Life } from './lane.ts'

const stateOf = (person: TestPerson) => person.until('session', {}, ({ state }) => state !== 'starting')

/** So many lives sign in from one address that the server asks now and then for patience. */
const PATIENCE_TIMES = 5

async function signIn(person: TestPerson, displayName: string): Promise<void> {
  const userName = userNameOf(displayName)
  for (let times = 1; ; times += 1) {
    try {
      await person.do('session.open', { userName, password: TESTING_PASSWORD, deviceName: 'Second' })
      return
    } catch (error) {
      const isEarly = error instanceof IntentError && error.problem.code === 'rate-limited'
      if (!isEarly || times === PATIENCE_TIMES) throw error
      await sleep(Number(error.problem.detail?.['retryAfterMs'] ?? 1000))
    }
  }
}

/** What somebody does who looks at the screen: signs in where it says so, and gives the phrase where that is asked for. */
async function comeIn(person: TestPerson, displayName: string, phrase: string): Promise<void> {
  if ((await stateOf(person)).state === 'signed-out') await signIn(person, displayName)
  if ((await stateOf(person)).state === 'unbound')
    await person.do('device.restore', { phrase, deviceName: 'Second' })
  await person.online()
}

/** A restored device is one device, however often it took. */
async function demandDevices(person: TestPerson, count: number): Promise<void> {
  const devices = await person.until('devices', {}, (all) => all.length >= count)
  if (devices.length !== count) throw new Error(`${devices.length} devices are listed`)
}

export const restoring: Flow = async ({ server, invite, ana, ben, ids, name: lane }, name) => {
  const displayName = `Dora ${name.replace(' ', '-')}`
  const first = openMemoryDatabase()
  const options = { serverUrl: server.url, database: first }
  const dora = await TestPerson.register(options, await invite(), displayName)
  const channelId = await ana.person.createChannel(`${name}, lane ${lane}`, 'private', [
    ids.ben,
    await dora.me(),
  ])
  await Promise.all([ben.isIn(channelId), dora.isIn(channelId)])
  await allTalk([ana.person, ben, dora], channelId, 'Before')
  const said = [1, 2, 3].map((at) => `Before, by ${at} of 3`)
  const { phrase } = dora
  const second = new Program(server.url)
  second.person = await TestPerson.open(second.options, phrase)
  const well = async () => {
    await second.person.isIn(channelId)
    await allTalk([ana.person, ben, dora, second.person], channelId, 'After')
    await demandWhole([ana.person, ben, dora, second.person], channelId, said)
    await demandDevices(second.person, 2)
    await Promise.all([dora.leave(), second.leave()])
  }
  return enteringLife(second, { enter: () => comeIn(second.person, displayName, phrase), well })
}

export const signingUp: Flow = async ({ server, invite, ana, ben, ids }, name) => {
  const displayName = `Emil ${name.replace(' ', '-')}`
  const link = await invite()
  const program = new Program(server.url)
  program.person = await TestPerson.open(program.options)
  const { phrase } = await program.person.do('phrase.create', {})
  let tried = false
  const enter = async () => {
    if (tried) {
      // The name is taken, or the link was used: they are in, and only do not know it.
      const isIn = await signUp(program.person, link, displayName, phrase).then(
        () => true,
        () => false,
      )
      if (!isIn) await comeIn(program.person, displayName, phrase)
      return
    }
    tried = true
    await signUp(program.person, link, displayName, phrase)
  }
  const well = async () => {
    await program.person.online()
    const channelId = await ana.person.createChannel(name, 'private', [ids.ben, await program.person.me()])
    await Promise.all([ben.isIn(channelId), program.person.isIn(channelId)])
    await allTalk([ana.person, ben, program.person], channelId, 'After')
    await demandWhole([ana.person, ben, program.person], channelId, [])
    await demandDevices(program.person, 1)
    await program.leave()
  }
  return enteringLife(program, { enter, well })
}

async function signUp(person: TestPerson, link: string, displayName: string, phrase: string): Promise<void> {
  await person.do('account.register', {
    token: tokenOf(link),
    userName: userNameOf(displayName),
    displayName,
    password: TESTING_PASSWORD,
    phrase,
    deviceName: 'Test',
  })
}

function enteringLife(
  program: Program,
  { enter, well }: { enter: () => Promise<void>; well: () => Promise<void> },
): Life {
  return {
    mortal: program.mortal,
    act: enter,
    done: async () => (await stateOf(program.person)).state === 'ready',
    again: async () => {
      const person = await program.start()
      if ((await stateOf(person)).state !== 'ready') await enter()
      await person.online()
      await well()
    },
    well,
  }
}
