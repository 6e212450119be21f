/** channel.update: the plain facts of a channel, each change a notice in its log (SPEC.md, CH-*). */
import { ProtocolError, type ChannelId, type Input, type NoticePayload } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { inTransaction } from '../transaction.ts'
import { lockChannel, type LockedChannel } from './locked-channel.ts'
import { appendNotices } from './notices.ts'
import { channelStanding } from './standing.ts'
import { readSummary } from './summary.ts'

type Update = Input<'channel.update'>

interface NamedChannel extends LockedChannel {
  readonly name: string | null
}

function isTakenName(error: unknown): boolean {
  return (
    error instanceof Error && 'constraint_name' in error && error.constraint_name === 'channel_public_name'
  )
}

async function writeFacts(
  transaction: TransactionSql,
  { channelId, name, topic, archived, writers }: Update,
) {
  try {
    await transaction.savepoint(
      (inner) => inner`
        update channel set name = coalesce(${name ?? null}, name), topic = coalesce(${topic ?? null}, topic),
          archived = coalesce(${archived ?? null}, archived), writers = coalesce(${writers ?? null}, writers)
        where channel_id = ${channelId}`,
    )
  } catch (error) {
    if (isTakenName(error)) throw new ProtocolError('name-taken')
    throw error
  }
}

function noticesOf(
  channel: NamedChannel,
  { name, archived, writers }: Update,
  { userId }: DeviceCaller,
): NoticePayload[] {
  const notices: NoticePayload[] = []
  if (name !== undefined && name !== channel.name) notices.push({ type: 'renamed', userId, name })
  if (archived !== undefined && archived !== channel.archived) {
    notices.push({ type: archived ? 'archived' : 'unarchived', userId })
  }
  if (writers !== undefined && writers !== channel.writers) notices.push({ type: `${writers}-write`, userId })
  return notices
}

/** Throws 'forbidden': who administers public channels is nobody whom the members' clients would follow in this. */
async function demandNamed(transaction: TransactionSql, channelId: ChannelId, caller: DeviceCaller) {
  const { named } = await channelStanding(transaction, channelId, caller)
  if (!named) throw new ProtocolError('forbidden', { reason: 'moderators' })
}

async function change(transaction: TransactionSql, update: Update, caller: DeviceCaller, services: Services) {
  const { channelId } = update
  const channel = await lockChannel(transaction, channelId)
  const named = update.name !== undefined || update.topic !== undefined
  if (named && channel.kind !== 'public') {
    throw new ProtocolError('invalid-input', { path: '/name', problem: 'is for public channels only' })
  }
  if (update.writers !== undefined) await demandNamed(transaction, channelId, caller)
  const [row] = await transaction<{ name: string | null }[]>`
    select name from channel where channel_id = ${channelId}`
  await writeFacts(transaction, update)
  const notices = noticesOf({ ...channel, name: row?.name ?? null }, update, caller)
  if (notices.length > 0) {
    const note = { action: 'channel.updated', actor: caller.userId, subject: channelId }
    await services.audit(transaction, { ...note, detail: { changes: notices.map(({ type }) => type) } })
  }
  return appendNotices(transaction, channel, notices, services)
}

export const update: Handlers['channel.update'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const entries = await inTransaction(services.sql, (transaction) =>
    change(transaction, input, caller, services),
  )
  const { channelId } = input
  for (const entry of entries) services.bus.toChannel(channelId, { type: 'entry', entry })
  services.bus.toChannel(channelId, { type: 'channel', channelId })
  return { channel: await readSummary(services.sql, channelId, caller) }
}
