/** Founding channels, and asking people in. SPEC.md, CH-1 to CH-5. */
import { createGroup, encodeGroup, signAdmission, type EpochRecord } from '@reforms/crypto'
import {
  encodeCbor,
  type ChannelId,
  type ChannelKind,
  type ChannelPolicy,
  type ChannelSummary,
  type CommitPayload,
  type HistoryRule,
  type UserId,
} from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { refreshPerson } from '../directory.ts'
import { readChannel, saveNames, saveReadSeq, saveSummary } from '../tables/channels.ts'
import { readPerson } from '../tables/people.ts'
import { storeGroup } from './group-store.ts'
import { announceSettings } from './settings-message.ts'

/** How long an admission lets somebody in: long enough for a device that is off over a holiday. */
const ADMISSION_MS = 30 * 24 * 60 * 60 * 1000

interface NewChannel {
  kind: ChannelKind
  name: string
  topic: string
  history: HistoryRule
  others: UserId[]
}

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
  return found(context, { kind: 'direct', name: '', topic: '', history: 'joining', others })
}

async function policyFor(context: Context, channel: NewChannel): Promise<ChannelPolicy> {
  const own = context.requireKeys().identityKey
  const direct = channel.kind === 'direct'
  const others = direct ? await Promise.all(channel.others.map((userId) => identityOf(context, userId))) : []
  return {
    version: 1,
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
  const channelId = context.newId() as ChannelId
  const device = context.requireKeys()
  const now = context.now()
  const policy = await policyFor(context, channel)
  const group = await createGroup({ channelId, generation: 1, policy, device, now })
  const payload: CommitPayload = { type: 'found', groupInfo: group.groupInfo }
  const isPublic = channel.kind === 'public'
  const answer = await context.ports.transport.call('channel.create', {
    channelId,
    clientId: context.newClientId(),
    kind: channel.kind,
    ...(isPublic ? { name: channel.name, topic: channel.topic } : {}),
    payload: encodeCbor(payload),
    groupInfo: group.groupInfo,
    tree: group.tree,
    members: await invited(context, channelId, channel.kind, channel.others),
  })
  keepFounded(context, answer, channel, { group: encodeGroup(group.group), record: group.record })
  context.channelChanged(answer.channel.channelId)
  context.poke(answer.channel.channelId)
  if (channel.others.length > 0) context.turnWanted(answer.channel.channelId)
  return { channelId: answer.channel.channelId }
}

function keepFounded(
  context: Context,
  answer: { channel: ChannelSummary; existing: boolean },
  channel: NewChannel,
  group: { group: Uint8Array; record: EpochRecord },
): void {
  const { channelId } = answer.channel
  context.database.transaction(() => {
    saveSummary(context.database, answer.channel)
    if (answer.existing) return
    storeGroup(context, channelId, { ...group, seq: 1 })
    saveReadSeq(context.database, channelId, 1)
    if (channel.kind !== 'private') return
    saveNames(context.database, channelId, { name: channel.name, topic: channel.topic, seq: 1 })
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
  context.turnWanted(channelId)
}
