/** An engine in memory with people who do not exist: for looking at screens. It encrypts nothing and reaches no server. */
import type {
  Connection,
  Engine,
  IntentInput,
  IntentName,
  IntentOutput,
  Notification,
  Params,
  QueryName,
  Result,
  SessionState,
  TimelineItem,
} from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { CONVERSATIONS, message, OWN_STATES, THREADS, TIMELINES, type Message } from './conversations.ts'
import { ANSWERS, drawPicture } from './intents.ts'
import { drawEmoji, EMOJI } from './emoji.ts'
import { deviceId, PEOPLE, person, TEAMS } from './people.ts'
import { personalReaders } from './personal.ts'
import { searchOf } from './search.ts'

/** What `?scene=` in the address chooses. */
export type Scene =
  'ready' | 'states' | 'empty' | 'offline' | 'restoring' | 'signed-out' | 'unbound' | 'lost' | 'starting'

const DELAY_MS = 120
const me = () => {
  const { userId, userName, displayName, role } = person(0)
  return { userId, userName, displayName, role }
}

export class PreviewEngine implements Engine {
  readonly #scene: Scene
  #session: SessionState
  readonly #timelines = new Map<ChannelId, TimelineItem[]>(TIMELINES)
  readonly #watchers = new Set<() => void>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#session = firstSession(scene)
    const ward = CONVERSATIONS[0]?.item.channelId
    if (ward && scene === 'states') this.#timelines.set(ward, [...(TIMELINES.get(ward) ?? []), ...OWN_STATES])
  }

  watch<Q extends QueryName>(
    query: Q,
    params: Params<Q>,
    listener: (snapshot: Result<Q>) => void,
  ): () => void {
    const tell = () => listener(this.#read(query, params))
    tell()
    this.#watchers.add(tell)
    return () => this.#watchers.delete(tell)
  }

  async send<N extends IntentName>(intent: N, input: IntentInput<N>): Promise<IntentOutput<N>> {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
    const answer = ANSWERS[intent]
    const output = answer ? answer(input) : ((await this.#act(intent, input)) as IntentOutput<N>)
    this.#changed()
    return output
  }

  onNotification(_listener: (notification: Notification) => void): () => void {
    return () => undefined
  }

  #changed(): void {
    for (const tell of this.#watchers) tell()
  }

  async #act(intent: IntentName, input: unknown): Promise<unknown> {
    switch (intent) {
      case 'account.register':
      case 'session.open':
      case 'device.restore':
      case 'identity.reset':
        this.#session = firstSession('ready')
        return
      case 'session.close':
        this.#session = firstSession('signed-out')
        return
      case 'message.send':
        return this.#say(input as IntentInput<'message.send'>)
      case 'message.react':
        return this.#react(input as IntentInput<'message.react'>)
      case 'message.edit':
        return this.#change(input as IntentInput<'message.edit'>, (item, { text }) => ({
          ...item,
          text,
          editedAt: Date.now(),
        }))
      case 'message.pin':
        return this.#change(input as IntentInput<'message.pin'>, ({ pinned: _, ...item }, { on }) =>
          on ? { ...item, pinned: true } : item,
        )
      case 'message.redact':
        return this.#change(input as IntentInput<'message.redact'>, (item) => ({ ...item, redacted: true }))
      case 'emoji.picture':
        return drawEmoji((input as IntentInput<'emoji.picture'>).emojiId)
      case 'file.read':
        return { bytes: await drawPicture(), mediaType: 'image/png', name: 'Bed plan week 47.png' }
    }
  }

  #react({ channelId, seq, emoji, on }: IntentInput<'message.react'>): void {
    const { userId, displayName: name } = person(0)
    this.#change({ channelId, seq }, (item) => {
      const known = item.reactions ?? []
      const before = known.find((each) => each.emoji === emoji) ?? { emoji, people: [], mine: false }
      const others = before.people.filter((each) => each.userId !== userId)
      const after = { emoji, people: on ? [...others, { userId, name }] : others, mine: on }
      const all = known.includes(before)
        ? known.map((each) => (each === before ? after : each))
        : [...known, after]
      return { ...item, reactions: all.filter(({ people }) => people.length > 0) }
    })
  }

  #change<I extends { channelId: ChannelId; seq: number }>(
    input: I,
    change: (item: Message, input: I) => Message,
  ): void {
    const items = this.#timelines.get(input.channelId) ?? []
    const changed = items.map((item) =>
      item.kind === 'message' && item.seq === input.seq ? change(item, input) : item,
    )
    this.#timelines.set(input.channelId, changed)
  }

  #say({ channelId, text }: IntentInput<'message.send'>) {
    const said = { ...message(0, 0, text), at: Date.now() }
    this.#timelines.set(channelId, [...(this.#timelines.get(channelId) ?? []), said])
    setTimeout(() => {
      const answer = { ...message(1, 0, 'Got it.'), at: Date.now() }
      this.#timelines.set(channelId, [...(this.#timelines.get(channelId) ?? []), answer])
      this.#changed()
    }, 1500)
    return { clientId: said.key }
  }

  #read<Q extends QueryName>(query: Q, params: Params<Q>): Result<Q> {
    const empty = this.#scene === 'empty'
    const readers: { [R in QueryName]: (params: Params<R>) => Result<R> } = {
      session: () => this.#session,
      connection: () => connectionOf(this.#scene),
      channels: () =>
        empty
          ? []
          : CONVERSATIONS.map(({ item }, index) => ({ ...item, ...shownIn(item), ...arrangedOf(index) })),
      channel: ({ channelId }) => CONVERSATIONS.find(({ item }) => item.channelId === channelId)?.view,
      timeline: ({ channelId, limit }) => this.#timeline(channelId, limit),
      thread: ({ channelId, root }) => ({ channelId, root, items: THREADS.get(root) ?? [], unread: 1 }),
      pins: ({ channelId }) => ({
        items: (this.#timelines.get(channelId) ?? []).filter(
          (item) => item.kind === 'message' && item.pinned,
        ),
      }),
      search: ({ text }) => searchOf(text, this.#timelines),
      ...personalReaders(empty),
      searchIndex: () => ({ done: 12_300, of: empty ? 12_300 : 48_150, fetches: true }),
      emoji: () => (empty ? [] : EMOJI),
      teams: () => (empty ? [] : TEAMS),
      people: () => (empty ? PEOPLE.slice(0, 1) : PEOPLE),
      devices: () => [
        {
          deviceId: deviceId(0),
          name: 'Firefox on Linux',
          addedAt: Date.now() - 4_000_000_000,
          current: true,
        },
        {
          deviceId: deviceId(1),
          name: 'Chrome on Android',
          addedAt: Date.now() - 90_000_000,
          current: false,
        },
      ],
    }
    return readers[query](params)
  }

  #timeline(channelId: ChannelId, limit: number): Result<'timeline'> {
    const all = this.#timelines.get(channelId) ?? []
    const items = all.slice(-limit)
    const unread = CONVERSATIONS.find(({ item }) => item.channelId === channelId)?.item.unread ?? 0
    const first = this.#scene === 'states' ? all.at(-6)?.seq : unread > 0 ? all.at(-unread)?.seq : undefined
    return {
      channelId,
      items,
      moreBefore: items.length < all.length,
      moreAfter: false,
      loading: false,
      ...(first === undefined ? {} : { firstUnread: first }),
    }
  }
}

/** What the only other person of a direct conversation shows. */
function shownIn({ people }: { people: string[] }) {
  const other = people.length === 1 ? PEOPLE.find(({ userId: each }) => each === people[0]) : undefined
  return other?.shows ? { shows: other.shows } : {}
}

/** The first is a favourite, two are in a section of one's own, one is muted. */
function arrangedOf(index: number) {
  if (index === 0) return { favourite: true as const }
  if (index === 1 || index === 4)
    return { section: 'projects', ...(index === 4 ? {} : { draft: true as const }) }
  return index === 2 ? { muted: true as const, unread: 0, mentions: 0 } : {}
}

function firstSession(scene: Scene): SessionState {
  switch (scene) {
    case 'starting':
      return { state: 'starting' }
    case 'signed-out':
      return { state: 'signed-out' }
    case 'unbound':
      return { state: 'unbound', me: me() }
    case 'lost':
      return {
        state: 'unbound',
        me: me(),
        reset: { requested: true, at: Date.now() + 200_000_000, ready: false },
      }
    default:
      return { state: 'ready', me: me(), deviceId: deviceId(0) }
  }
}

function connectionOf(scene: Scene): Connection {
  if (scene === 'offline') return { state: 'offline', retryAt: Date.now() + 12_000, waiting: 2 }
  if (scene === 'restoring')
    return { state: 'online', waiting: 0, progress: { what: 'joining', done: 12, of: 31 } }
  return { state: 'online', waiting: 0 }
}
