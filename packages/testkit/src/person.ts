/**
 * Somebody who uses the messenger without a screen: the SDK's engine in this process, as a bot or the terminal runs it. For
 * tests that need peers but no browser.
 */
import {
  IntentError,
  startEngine,
  type Clock,
  type Database,
  type FileStore,
  type IntentInput,
  type IntentName,
  type IntentOutput,
  type Params,
  type QueryName,
  type Result,
  type RunningEngine,
  type TimelineItem,
  type Transport,
} from '@reforms/client'
import { createNodePorts } from '@reforms/client/node'
import type { ChannelId, UserId } from '@reforms/protocol'
import { countUndecryptable } from './undecryptable.ts'

const WAIT_MS = 30_000
const INTENT_MS = 60_000
const TIMELINE_LIMIT = 1000
export const TESTING_PASSWORD = 'correct horse battery staple'

export interface PersonOptions {
  readonly serverUrl: string
  /** Absent: in memory, gone with `leave`. */
  readonly databaseFile?: string
  /** A database that is open already, and stays so: what a person who comes back has kept. */
  readonly database?: Database
  /** Where this person's large files wait to be sent; what comes back with the database. */
  readonly files?: FileStore
  /** What stands between this person and the server: a server that lies, say. */
  readonly between?: (transport: Transport) => Transport
  /** Another than this machine's: one that is wrong, say. */
  readonly clock?: Clock
}

/** The token of a link such as http://localhost:3000/#/join/abc. */
export function tokenOf(link: string): string {
  const token = /#\/(?:join|reset)\/([A-Za-z0-9_-]+)$/.exec(link)?.[1]
  if (token === undefined) throw new Error('this link carries no token')
  return token
}

/** `Ada Lovelace` signs in as `ada.lovelace`. */
export function userNameOf(displayName: string): string {
  return displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')
}

/** How often a name was taken already: where a test is tried again, its people of the first time are still there. */
const taken = new Map<string, number>()
const takenKey = ({ serverUrl }: PersonOptions, displayName: string) => `${serverUrl} ${displayName}`

function noteTaken(options: PersonOptions, displayName: string): void {
  const key = takenKey(options, displayName)
  taken.set(key, (taken.get(key) ?? 1) + 1)
}

function freeNameOf(options: PersonOptions, displayName: string): string {
  const number = taken.get(takenKey(options, displayName))
  return number === undefined ? userNameOf(displayName) : `${userNameOf(displayName)}.${number}`
}

export class TestPerson {
  readonly engine: RunningEngine
  /** Known where this person registered here; a second device is made with it. */
  readonly phrase: string
  readonly #database: Database
  /** Known where they registered or signed in here. */
  #name: string | undefined

  private constructor(engine: RunningEngine, phrase: string, database: Database) {
    this.engine = engine
    this.phrase = phrase
    this.#database = database
  }

  /** Starts an engine on what its database holds: a new profile, or one that was left. */
  static async open(options: PersonOptions, phrase = ''): Promise<TestPerson> {
    const ports = createNodePorts(options)
    const transport = options.between?.(ports.transport) ?? ports.transport
    const clock = options.clock ?? ports.clock
    return new TestPerson(await startEngine({ ...ports, transport, clock }), phrase, ports.database)
  }

  /** Registers by a setup or invitation link. */
  static async register(options: PersonOptions, link: string, displayName: string): Promise<TestPerson> {
    const visitor = await TestPerson.open(options)
    const { phrase } = await visitor.do('phrase.create', {})
    const account = {
      token: tokenOf(link),
      displayName,
      password: TESTING_PASSWORD,
      phrase,
      deviceName: 'Test',
    }
    const register = () =>
      visitor.do('account.register', { ...account, userName: freeNameOf(options, displayName) })
    await register().catch((error: unknown) => {
      if (!(error instanceof IntentError) || error.problem.code !== 'name-taken') throw error
      noteTaken(options, displayName)
      return register()
    })
    const person = new TestPerson(visitor.engine, phrase, visitor.#database)
    person.#name = displayName
    await person.online()
    return person
  }

  /** Another device of somebody, by password and phrase. */
  static async restore(options: PersonOptions, displayName: string, phrase: string): Promise<TestPerson> {
    const person = await TestPerson.open(options, phrase)
    person.#name = displayName
    await person.do('session.open', {
      userName: freeNameOf(options, displayName),
      password: TESTING_PASSWORD,
      deviceName: 'Second',
    })
    await person.until('session', {}, ({ state }) => state === 'unbound')
    await person.do('device.restore', { phrase, deviceName: 'Second' })
    await person.online()
    return person
  }

  /** Asks for an intent. Rejects as the engine does, or when it does not answer. */
  do<N extends IntentName>(intent: N, input: IntentInput<N>): Promise<IntentOutput<N>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${intent} was not answered within ${INTENT_MS} ms`)),
        INTENT_MS,
      )
      this.engine
        .send(intent, input)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })
  }

  /** Waits until a snapshot fits, and gives it. */
  until<Q extends QueryName>(
    query: Q,
    params: Params<Q>,
    fits: (snapshot: Result<Q>) => boolean,
    withinMs = WAIT_MS,
  ): Promise<Result<Q>> {
    return new Promise((resolve, reject) => {
      let last: Result<Q> | undefined
      let stop = () => {}
      const timer = setTimeout(() => {
        stop()
        reject(
          new Error(
            `${query} did not come to fit within ${withinMs} ms; last: ${JSON.stringify(last)?.slice(0, 2000)}`,
          ),
        )
      }, withinMs)
      const finish = (snapshot: Result<Q>) => {
        clearTimeout(timer)
        resolve(snapshot)
        // The first snapshot may come before `watch` has returned.
        queueMicrotask(() => stop())
      }
      stop = this.engine.watch(query, params, (snapshot) => {
        last = snapshot
        if (fits(snapshot)) finish(snapshot)
      })
    })
  }

  async online(): Promise<void> {
    await this.until('session', {}, ({ state }) => state === 'ready')
    await this.until('connection', {}, ({ state }) => state === 'online')
  }

  /** An invitation link for one person. */
  async invite(role: 'administrator' | 'member' | 'guest' = 'member'): Promise<string> {
    const { url } = await this.do('invitation.create', { role, uses: 1, expiresInHours: 1, note: '' })
    return url
  }

  async me(): Promise<UserId> {
    const session = await this.until('session', {}, ({ state }) => state === 'ready')
    if (session.state !== 'ready') throw new Error('not signed in')
    return session.me.userId
  }

  async createChannel(
    name: string,
    kind: 'public' | 'private' = 'public',
    members: UserId[] = [],
  ): Promise<ChannelId> {
    const { channelId } = await this.do('channel.create', {
      kind,
      name,
      topic: '',
      history: kind === 'public' ? 'all' : 'joining',
      members,
    })
    return channelId
  }

  /** Joins a public channel and waits to have a leaf in its group. */
  async join(channelId: ChannelId): Promise<void> {
    await this.do('channel.join', { channelId })
    await this.isIn(channelId)
  }

  async isIn(channelId: ChannelId): Promise<void> {
    await this.until('channel', { channelId }, (channel) => channel?.place === 'member')
  }

  async say(channelId: ChannelId, text: string): Promise<void> {
    await this.do('message.send', { channelId, text, files: [] })
  }

  /** Waits until a text stands in the channel, sent and decrypted. */
  async hears(channelId: ChannelId, text: string): Promise<TimelineItem> {
    const found = (items: TimelineItem[]) =>
      items.find((item) => item.kind === 'message' && item.text === text && item.state === 'sent')
    const { items } = await this.until(
      'timeline',
      { channelId, limit: TIMELINE_LIMIT },
      (timeline) => found(timeline.items) !== undefined,
    )
    return found(items)!
  }

  /** The texts that stand in the channel now, oldest first, those on their way left out. */
  async texts(channelId: ChannelId): Promise<string[]> {
    const { items } = await this.until(
      'timeline',
      { channelId, limit: TIMELINE_LIMIT },
      ({ loading }) => !loading,
    )
    return items.flatMap((item) => (item.kind === 'message' && item.state === 'sent' ? [item.text] : []))
  }

  /** Closes the program; what a database file holds stays. What could not be read until then is counted. */
  leave(): Promise<void> {
    const counting = countUndecryptable(this.#database, this.#name)
    return counting ? counting.then(() => this.engine.stop()) : this.engine.stop()
  }
}
