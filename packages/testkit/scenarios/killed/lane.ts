/** Some people on a server, for lives one after another, each in a channel of its own. For the killed programs' stories. */
import type { Database } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId, UserId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { Mortal, TestPerson, type TestServer } from '../../src/index.ts'

/** Without a step for so long, with all done that was to be done, a life is over. */
const STILL_MS = 300
const POLL_MS = 20
const LIFE_MS = 40_000

/** A life in which a program may die. */
export interface Life {
  readonly mortal: Mortal
  /** Asks for what is to be done. It may never answer: the program may be dead. */
  act(): Promise<unknown>
  /** All that was asked for is done, as the one who asked sees it. */
  done(): Promise<boolean>
  /** Comes again on what was stored, does it once more if need be, and demands that all is well. */
  again(acknowledged: boolean): Promise<void>
  /** Where nobody died: demands that all is well. */
  well(): Promise<void>
}

export type Flow = (lane: Lane, name: string) => Promise<Life>

export interface Outcome {
  readonly died: boolean
  readonly steps: string[]
  readonly problem?: string
}

/** Somebody whose program may be killed, and is started again on what it had stored. */
export class Program {
  readonly database: Database
  readonly serverUrl: string
  mortal: Mortal
  #person: TestPerson | undefined

  constructor(serverUrl: string, database = openMemoryDatabase()) {
    this.serverUrl = serverUrl
    this.database = database
    this.mortal = new Mortal(database)
  }

  get options() {
    return { serverUrl: this.serverUrl, ...this.mortal.options }
  }

  get person(): TestPerson {
    if (!this.#person) throw new Error('this program does not run')
    return this.#person
  }

  set person(person: TestPerson) {
    this.#person = person
  }

  /** Anew, on what is stored, with the clock that it had. */
  async start(): Promise<TestPerson> {
    const { aheadMs } = this.mortal
    this.mortal = new Mortal(this.database)
    this.mortal.aheadMs = aheadMs
    this.#person = await TestPerson.open(this.options)
    return this.#person
  }

  async leave(): Promise<void> {
    if (!this.mortal.dead) await this.#person?.leave()
  }
}

export class Lane {
  readonly server: TestServer
  readonly name: string
  /** A link by whoever founded the organisation. */
  readonly invite: () => Promise<string>
  /** Dies and comes again. */
  readonly ana: Program
  readonly carla: Program
  ben: TestPerson
  readonly benDatabase: Database
  readonly ids: { readonly ana: UserId; readonly ben: UserId; readonly carla: UserId }

  private constructor(
    server: TestServer,
    name: string,
    people: Pick<Lane, 'invite' | 'ana' | 'ben' | 'benDatabase' | 'carla' | 'ids'>,
  ) {
    this.server = server
    this.name = name
    this.invite = people.invite
    this.ana = people.ana
    this.ben = people.ben
    this.benDatabase = people.benDatabase
    this.carla = people.carla
    this.ids = people.ids
  }

  static async open(server: TestServer, count: number): Promise<Lane[]> {
    const lanes: Lane[] = []
    let link = server.setupLink
    for (let at = 1; at <= count; at += 1) {
      const ana = new Program(server.url)
      ana.person = await TestPerson.register(ana.options, link, `Ana ${at}`)
      const invite = () => (lanes[0]?.ana ?? ana).person.invite()
      const benDatabase = openMemoryDatabase()
      const bens = { serverUrl: server.url, database: benDatabase }
      const ben = await TestPerson.register(bens, await invite(), `Ben ${at}`)
      const carla = new Program(server.url)
      carla.person = await TestPerson.register(carla.options, await invite(), `Carla ${at}`)
      const ids = { ana: await ana.person.me(), ben: await ben.me(), carla: await carla.person.me() }
      lanes.push(new Lane(server, `${at}`, { invite, ana, ben, benDatabase, carla, ids }))
      link = await invite()
    }
    return lanes
  }

  /** `round` tells lives of another try apart, whose names are taken. */
  async live(flow: Flow, after: number, round: number): Promise<Outcome> {
    const life = await flow(this, `${flow.name} ${this.name}.${after}.${round}`)
    const { mortal } = life
    mortal.dieAfter(after)
    let acknowledged = false
    let refused: unknown
    const acting = life.act().then(
      () => void (acknowledged = true),
      (error: unknown) => void (refused = error),
    )
    const end = Date.now() + LIFE_MS
    await Promise.race([acting, mortal.death])
    while (!mortal.dead && Date.now() < end) {
      if (mortal.stillMs > STILL_MS && (await life.done())) break
      await Promise.race([sleep(POLL_MS), mortal.death])
    }
    const [died, steps] = [mortal.dead, [...mortal.steps]]
    mortal.liveOn()
    try {
      if (!died && refused !== undefined) throw refused
      if (died) await life.again(acknowledged)
      else await life.well()
      return { died, steps }
    } catch (error) {
      return { died, steps, problem: String(error) }
    } finally {
      if (this.ana.mortal.dead) await (await this.ana.start()).online()
      if (this.carla.mortal.dead) await (await this.carla.start()).online()
    }
  }

  async leave(): Promise<void> {
    await Promise.all([this.ana.leave(), this.ben.leave(), this.carla.leave()])
  }
}

/** Each says something and all hear it. */
export async function allTalk(
  people: readonly TestPerson[],
  channelId: ChannelId,
  about: string,
): Promise<void> {
  for (const [at, speaker] of people.entries()) {
    const text = `${about}, by ${at + 1} of ${people.length}`
    await speaker.say(channelId, text)
    await Promise.all(people.map((person) => person.hears(channelId, text)))
  }
}

/** Everything that was said is there for everybody, once and in one order, and nothing waits. */
export async function demandWhole(
  people: readonly TestPerson[],
  channelId: ChannelId,
  said: readonly string[],
): Promise<void> {
  for (const person of people) {
    const { items } = await person.until(
      'timeline',
      { channelId, limit: 1000 },
      (view) =>
        !view.loading &&
        view.items.every(
          (item) => item.kind !== 'waiting-for-key' && !('state' in item && item.state !== 'sent'),
        ),
    )
    const texts = items.flatMap((item) => (item.kind === 'message' ? [item.text] : []))
    for (const text of said) {
      const times = texts.filter((each) => each === text).length
      if (times !== 1) throw new Error(`“${text}” is there ${times} times`)
    }
    await person.until(
      'connection',
      {},
      ({ waiting, warnings = [] }) => waiting === 0 && warnings.length === 0,
    )
  }
}

/** What `watch` gives at once. */
export function shownMembers(person: TestPerson, channelId: ChannelId): UserId[] {
  let members: UserId[] = []
  person.engine.watch('channel', { channelId }, (channel) => {
    members = channel?.members.map(({ userId }) => userId) ?? []
  })()
  return members
}
