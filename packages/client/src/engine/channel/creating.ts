/** Founding channels, and asking people in. SPEC.md, CH-1 to CH-5. */
import { createGroup, encodeGroup, signAdmission } from '@reforms/crypto'
import {
  encodeCbor,
  ERRORS,
  policyVersion,
  ProtocolError,
  type ChannelId,
  type ChannelKind,
  type ChannelPolicy,
  type ChannelSummary,
  type CommitPayload,
  type Input,
  type UserId,
} from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { refreshPerson } from '../directory.ts'
import { readChannel, readChannels, saveNames, saveReadSeq, saveSummary } from '../tables/channels.ts'
import { readPerson } from '../tables/people.ts'
import { storeGroup } from './group-store.ts'
import {
  dropFounding,
  findKept,
  keepFounding,
  readFoundings,
  type KeptFounding,
  type NewChannel,
} from './kept-foundings.ts'
import { announceSettings } from './settings-message.ts'

/** How long an admission lets somebody in: long enough for a device that is off over a holiday. */
export const ADMISSION_MS = 30 * 24 * 60 * 60 * 1000

export async function createChannel(
  context: Context,
  input: IntentInput<'channel.create'>,
): Promise<{ channelId: ChannelId }> {
  const others = input.members.filter((userId) => userId !== context.requireKeys().userId)
  return found(context, { ...input, others })
}

/** The direct channel with these people: the one that is there, or a new one. */
export async function openDirect(
  context: Context,
  people: readonly UserId[],
): Promise<{ channelId: ChannelId }> {
  const others = [...new Set(people)].filter((userId) => userId !== context.requireKeys().userId)
  if (context.me?.role === 'guest') return findDirect(context, others)
  return found(context, { kind: 'direct', name: '', topic: '', history: 'joining', others })
}

/** Guests begin no conversation; they go on with one that others began with them (GUEST-1). */
function findDirect(context: Context, others: readonly UserId[]): { channelId: ChannelId } {
  const own = context.requireKeys().userId
  const wanted = [...others].sort().join()
  const there = readChannels(context.database).find(
    ({ kind, place, participants }) =>
      kind === 'direct' && place !== 'none' && withoutOwn(participants, own) === wanted,
  )
  if (there) return { channelId: there.channelId }
  throw new IntentError({
    code: 'forbidden',
    message: 'Guests cannot begin a conversation. Ask the other person to write to you first.',
  })
}

const withoutOwn = (users: readonly UserId[], own: UserId) =>
  users
    .filter((userId) => userId !== own)
    .sort()
    .join()

async function policyFor(context: Context, channel: NewChannel): Promise<ChannelPolicy> {
  const own = context.requireKeys().identityKey
  const direct = channel.kind === 'direct'
  const others = direct ? await Promise.all(channel.others.map((userId) => identityOf(context, userId))) : []
  return {
    version: policyVersion(channel.history),
    kind: channel.kind,
    history: channel.history,
    retentionDays: 0,
    admitters: 'members',
    moderators: direct ? [] : [own],
    participants: direct ? [own, ...others] : [],
  }
}

/** Somebody who has just come may not be known here yet: then the server is asked. */
async function identityOf(context: Context, userId: UserId): Promise<Uint8Array> {
  if (!readPerson(context.database, userId)) await refreshPerson(context, userId)
  const person = readPerson(context.database, userId)
  if (!person)
    throw new IntentError({ code: 'not-found', message: 'There is no such person on this server.' })
  return person.identityKey
}

async function found(context: Context, channel: NewChannel): Promise<{ channelId: ChannelId }> {
  // Asked for again after an answer that never came, it is the same channel.
  const kept = findKept(context, channel) ?? (await prepare(context, channel))
  return sendKept(context, kept)
}

async function prepare(context: Context, channel: NewChannel): Promise<KeptFounding> {
  const channelId = context.newId() as ChannelId
  const device = context.requireKeys()
  const now = context.now()
  const policy = await policyFor(context, channel)
  const group = await createGroup({ channelId, generation: 1, policy, device, now })
  const payload: CommitPayload = { type: 'found', groupInfo: group.groupInfo }
  const isPublic = channel.kind === 'public'
  const request: Input<'channel.create'> = {
    channelId,
    clientId: context.newClientId(),
    kind: channel.kind,
    ...(isPublic ? { name: channel.name, topic: channel.topic } : {}),
    payload: encodeCbor(payload),
    groupInfo: group.groupInfo,
    tree: group.tree,
    members: await invited(context, channelId, channel.kind, channel.others),
  }
  const kept = { channel, request, groupState: encodeGroup(group.group), record: group.record }
  keepFounding(context, kept)
  return kept
}

async function sendKept(context: Context, kept: KeptFounding): Promise<{ channelId: ChannelId }> {
  try {
    const answer = await context.ports.transport.call('channel.create', kept.request)
    takeFounded(context, answer, kept)
    const { channelId } = answer.channel
    context.channelChanged(channelId)
    context.poke(channelId)
    if (kept.channel.others.length > 0) context.turnWanted(channelId, true)
    return { channelId }
  } catch (error) {
    const isFinal = error instanceof ProtocolError && !ERRORS[error.code].retryable
    if (isFinal) context.database.transaction(() => dropFounding(context, kept.request.channelId))
    throw error
  }
}

/** Goes on with the founding of this very channel, where its answer was lost. False where there is none. */
export async function finishFounding(context: Context, channelId: ChannelId): Promise<boolean> {
  const kept = readFoundings(context).find(({ request }) => request.channelId === channelId)
  if (kept) await sendKept(context, kept)
  return kept !== undefined
}

/** What was under way when the program or the connection ended. Before the channels are read, which may hold it already. */
export async function finishFoundings(context: Context): Promise<void> {
  for (const kept of readFoundings(context)) {
    try {
      await sendKept(context, kept)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      context.ports.log.warn('a channel could not be founded', { code: error.code })
    }
  }
}

function takeFounded(
  context: Context,
  answer: { channel: ChannelSummary; existing: boolean },
  { channel, request, groupState, record }: KeptFounding,
): void {
  const { channelId } = answer.channel
  context.database.transaction(() => {
    // Two answers to the same request: the group may have gone on since the first.
    if (!dropFounding(context, request.channelId)) return
    saveSummary(context.database, answer.channel)
    if (answer.existing) return
    storeGroup(context, channelId, { group: groupState, record, seq: 1 })
    saveReadSeq(context.database, channelId, 1)
    if (channel.kind !== 'private') return
    saveNames(context.database, channelId, {
      name: channel.name,
      topic: channel.topic,
      seq: 1,
      byModerator: true,
    })
    announceSettings(context, channelId)
  })
}

/** Private channels ask for a member's signed word; elsewhere the policy itself says who may enter. */
async function invited(context: Context, channelId: ChannelId, kind: ChannelKind, users: readonly UserId[]) {
  const expiry = context.now() + ADMISSION_MS
  const { signature } = context.requireKeys()
  const members = []
  for (const userId of users) {
    const identityKey = await identityOf(context, userId)
    const admission =
      kind === 'private' ? await signAdmission(signature, { channelId, identityKey, expiry }) : undefined
    members.push({ userId, ...(admission ? { admission } : {}) })
  }
  return members
}

export async function addMembers(
  context: Context,
  channelId: ChannelId,
  users: readonly UserId[],
): Promise<void> {
  const row = readChannel(context.database, channelId)
  if (!row) throw new IntentError({ code: 'not-found', message: 'This channel is not here any more.' })
  const members = await invited(context, channelId, row.kind, users)
  await context.ports.transport.call('channel.add', { channelId, members })
  context.turnWanted(channelId, true)
}
