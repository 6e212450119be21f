/**
 * The members of a channel, checked while somebody looks: the server's roster against the group's (POL-5), and each leaf against
 * its user's signed device list (POL-4, KL-4); and in a new generation those who were in before it (GEN-4). A difference is told only if it is there twice, in one and the same epoch:
 * commits and directory changes are under way at any time.
 */
import { rosterOf, type Leaf } from '@reforms/crypto'
import { ProtocolError, type ChannelId, type Output, type UserId } from '@reforms/protocol'
import { TransportLost } from '../ports.ts'
import { isListed, learnDeviceLists } from './account/device-lists.ts'
import { loadGroup } from './channel/group-store.ts'
import { notAgainWords } from './channel/not-again.ts'
import type { Context } from './context.ts'
import { readChannel } from './tables/channels.ts'
import { nameOfPerson } from './tables/people.ts'

type ServerView = Output<'channel.read'>

/** What was found in one epoch. Of another epoch it says nothing. */
export interface MemberCheck {
  readonly epoch: string
  readonly words: readonly string[]
}

const LOOKS_MAX = 5
const BETWEEN_LOOKS_MS = 700

export class MemberChecks {
  readonly #context: Context
  readonly #found = new Map<ChannelId, MemberCheck>()
  readonly #running = new Set<ChannelId>()

  constructor(context: Context) {
    this.#context = context
  }

  /** What is wrong in the present epoch, in words. Starts a check where there was none yet in this epoch. */
  warningsOf(channelId: ChannelId): readonly string[] {
    const epoch = epochHere(this.#context, channelId)
    if (epoch === undefined) return []
    const found = this.#found.get(channelId)
    if (found?.epoch === epoch) return found.words
    this.check(channelId)
    return []
  }

  /** Looks (again): when somebody opens the channel, and when the server tells that something about it changed. */
  check(channelId: ChannelId): void {
    if (this.#running.has(channelId) || !this.#context.online || !epochHere(this.#context, channelId)) return
    this.#running.add(channelId)
    void this.#run(channelId).finally(() => this.#running.delete(channelId))
  }

  async #run(channelId: ChannelId): Promise<void> {
    try {
      const found = await checkMembers(this.#context, channelId)
      if (!found) return
      this.#found.set(channelId, found)
      this.#context.watches.changed(`channel:${channelId}`)
    } catch (error) {
      if (error instanceof TransportLost || this.#context.stopped) return
      // Who was removed a moment ago is refused: that is nothing to look into.
      const level = error instanceof ProtocolError ? 'info' : 'warn'
      this.#context.ports.log[level]('members were not checked', { error: String(error) })
    }
  }
}

function epochHere(context: Context, channelId: ChannelId): string | undefined {
  const row = readChannel(context.database, channelId)
  return row?.groupSeq === undefined ? undefined : `${row.generation}.${row.epoch}`
}

/** Undefined where the epoch changed all the time: the next epoch is looked at anew. */
async function checkMembers(context: Context, channelId: ChannelId): Promise<MemberCheck | undefined> {
  let before: MemberCheck | undefined
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    if (look > 0) await pause(context)
    const now = await lookOnce(context, channelId)
    if (now && now.words.length === 0) return now
    if (now && before && now.epoch === before.epoch) {
      const earlier = new Set(before.words)
      return { epoch: now.epoch, words: now.words.filter((each) => earlier.has(each)) }
    }
    before = now
  }
  return undefined
}

function pause(context: Context): Promise<void> {
  return new Promise((resolve) => void context.ports.clock.after(BETWEEN_LOOKS_MS, resolve))
}

/** Documents first: whoever is missing in them is, in the server's view afterwards, waiting to be removed. */
async function lookOnce(context: Context, channelId: ChannelId): Promise<MemberCheck | undefined> {
  const doubtful = leavesOf(context, channelId).filter((leaf) => !isListed(context, leaf))
  await learnDeviceLists(context, [...new Set(doubtful.map((leaf) => leaf.userId))])
  const server = await context.ports.transport.call('channel.read', { channelId })
  const epoch = epochHere(context, channelId)
  if (epoch === undefined || epoch !== `${server.channel.generation}.${server.channel.epoch}`)
    return undefined
  const leaves = leavesOf(context, channelId)
  const group = loadGroup(context, channelId)
  const joining = new Set(server.joining.map(({ userId }) => userId))
  const words = [
    ...rosterWords(context, leaves, server.roster),
    ...leafWords(context, leaves, server),
    ...(group ? notAgainWords(context, group, joining) : []),
  ]
  return { epoch, words }
}

function leavesOf(context: Context, channelId: ChannelId): Leaf[] {
  const group = loadGroup(context, channelId)
  return group ? rosterOf(group) : []
}

/** By device: a person may be in both lists with other devices. */
function rosterWords(context: Context, leaves: readonly Leaf[], roster: ServerView['roster']): string[] {
  const key = (place: { userId: UserId; deviceId: string }) => `${place.userId}/${place.deviceId}`
  const inServer = new Set(roster.map(key))
  const inGroup = new Set(leaves.map(key))
  const onlyGroup = leaves.filter((leaf) => !inServer.has(key(leaf)))
  const onlyServer = roster.filter((place) => !inGroup.has(key(place)))
  const said = [
    ...sentence(context, onlyGroup, 'in the group and not in the list'),
    ...sentence(context, onlyServer, 'in the list and not in the group'),
  ]
  return said.length === 0
    ? []
    : [`The server’s list of members differs from the encrypted group’s: ${said.join('; ')}.`]
}

function sentence(context: Context, places: readonly { userId: UserId }[], where: string): string[] {
  if (places.length === 0) return []
  const names = [...new Set(places.map(({ userId }) => nameOfPerson(context.database, userId)))]
  return [`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} ${where}`]
}

/** Devices that wait to be removed are not in their user's list any more, as it should be. */
function leafWords(context: Context, leaves: readonly Leaf[], { leaving }: ServerView): string[] {
  const going = new Set(leaving.map((place) => place.deviceId))
  const unlisted = leaves.filter((leaf) => !isListed(context, leaf) && !going.has(leaf.deviceId))
  return [...new Set(unlisted.map((leaf) => leaf.userId))].map((userId) => {
    const name = nameOfPerson(context.database, userId)
    return `A device of ${name} is in this channel that ${name} has not signed for. Ask ${name} about it, and compare safety numbers.`
  })
}
