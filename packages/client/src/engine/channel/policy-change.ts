/**
 * Changing a channel's policy: what a moderator wishes is kept until a commit of this device has made it so, or nothing of it is
 * left to do. SPEC.md, POL-2, POL-10.
 */
import { policyOf, rosterOf, type MlsGroup } from '@reforms/crypto'
import {
  policyVersion,
  type ChannelId,
  type ChannelPolicy,
  type HistoryRule,
  type UserId,
} from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readPerson } from '../tables/people.ts'
import { readSetting, removeSetting, writeSetting } from '../tables/settings.ts'
import { loadGroup } from './group-store.ts'

const MODERATORS_MAX = 100

/** What is to be otherwise, however the policy stands by then. */
interface Wish {
  moderators?: Record<UserId, boolean>
  history?: HistoryRule
  retentionDays?: number
}

const nameOf = (channelId: ChannelId) => `policy-wish/${channelId}`

const readWish = (context: Context, channelId: ChannelId) =>
  readSetting(context.database, nameOf(channelId)) as Wish | undefined

const includes = (keys: readonly Uint8Array[], key: Uint8Array) => keys.some((each) => sameBytes(each, key))

/** Throws IntentError for whom the policy does not name, and where nobody would be left who may change it. */
export function changePolicy(context: Context, input: IntentInput<'channel.changePolicy'>): void {
  const { channelId, moderator, history, retentionDays } = input
  const group = loadGroup(context, channelId)
  if (!group || !includes(policyOf(group).moderators, context.requireKeys().identityKey)) {
    throw new IntentError({ code: 'forbidden', message: 'Only moderators of this channel can change that.' })
  }
  const before = readWish(context, channelId) ?? {}
  const wish: Wish = {
    ...before,
    ...(history ? { history } : {}),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(moderator
      ? {
          moderators: {
            ...before.moderators,
            [moderator.userId]: moderator.moderates,
          } as Wish['moderators'] & {},
        }
      : {}),
  }
  demandNoGuest(context, moderator)
  demandModerators(group, policyWith(group, wish))
  context.database.transaction(() => writeSetting(context.database, nameOf(channelId), wish))
  context.channelChanged(channelId)
  context.poke(channelId)
}

/** Guests do not moderate: the server would refuse what they do (GUEST-1). */
function demandNoGuest(
  { database }: Context,
  moderator: IntentInput<'channel.changePolicy'>['moderator'],
): void {
  if (!moderator?.moderates || readPerson(database, moderator.userId)?.role !== 'guest') return
  throw new IntentError({ code: 'forbidden', message: 'Guests cannot be moderators.' })
}

function demandModerators(group: MlsGroup, { moderators }: ChannelPolicy): void {
  if (moderators.length > MODERATORS_MAX) {
    throw new IntentError({
      code: 'too-many',
      message: `A channel has at most ${MODERATORS_MAX} moderators.`,
    })
  }
  if (rosterOf(group).some(({ identityKey }) => includes(moderators, identityKey))) return
  throw new IntentError({
    code: 'invalid-input',
    message: 'A channel keeps at least one moderator. Make somebody else one first.',
  })
}

/** The policy as it is wished: people are named by the identity keys that they have in the group. */
function policyWith(group: MlsGroup, { moderators = {}, history, retentionDays }: Wish): ChannelPolicy {
  const policy = policyOf(group)
  const keysOf = (moderates: boolean) =>
    rosterOf(group)
      .filter(({ userId }) => moderators[userId] === moderates)
      .map(({ identityKey }) => identityKey)
  const [made, unmade] = [keysOf(true), keysOf(false)]
  const kept = policy.moderators.filter((key) => !includes(unmade, key))
  const added = made.filter((key, index) => !includes([...kept, ...made.slice(0, index)], key))
  return {
    ...policy,
    moderators: [...kept, ...added],
    ...(history ? { history, version: policyVersion(history) } : {}),
    ...(retentionDays === undefined ? {} : { retentionDays }),
  }
}

function isSame(a: ChannelPolicy, b: ChannelPolicy): boolean {
  return (
    a.history === b.history &&
    a.retentionDays === b.retentionDays &&
    a.moderators.length === b.moderators.length &&
    a.moderators.every((key) => includes(b.moderators, key))
  )
}

/** What the next commit is to make of the policy; undefined where there is nothing to change, or this user may not. */
export function wishedPolicy(
  context: Context,
  group: MlsGroup,
  channelId: ChannelId,
): ChannelPolicy | undefined {
  const wish = readWish(context, channelId)
  if (!wish) return undefined
  const [before, after] = [policyOf(group), policyWith(group, wish)]
  const may = includes(before.moderators, context.requireKeys().identityKey)
  return may && !isSame(before, after) ? after : undefined
}

/** Whether a commit is wanted for it. A wish that has come true, or cannot, is forgotten. */
export function wantsPolicy(context: Context, channelId: ChannelId): boolean {
  if (!readWish(context, channelId)) return false
  const group = loadGroup(context, channelId)
  if (!group) return false
  if (wishedPolicy(context, group, channelId)) return true
  context.database.transaction(() => removeSetting(context.database, nameOf(channelId)))
  context.channelChanged(channelId)
  return false
}

/** For the screen: a change is on its way. */
export function isPolicyChanging(context: Context, channelId: ChannelId): boolean {
  return readWish(context, channelId) !== undefined
}
