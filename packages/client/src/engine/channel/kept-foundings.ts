/**
 * Foundings of channels that are under way. Like a commit, a founding is kept with the state that it leads to before it is sent,
 * and sent again under the same clientId: an answer that is lost loses neither the group nor the name of a private channel.
 * SPEC.md, ENG-4.
 */
import { decodeEpochRecord, encodeEpochRecord, type EpochRecord } from '@reforms/crypto'
import type { ChannelId, ChannelKind, HistoryRule, Input, UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readSetting, readSettings, removeSetting, writeSetting } from '../tables/settings.ts'

export interface NewChannel {
  kind: ChannelKind
  name: string
  topic: string
  history: HistoryRule
  others: UserId[]
}

export interface KeptFounding {
  channel: NewChannel
  request: Input<'channel.create'>
  groupState: Uint8Array
  record: EpochRecord
}

const PREFIX = 'founding/'

type Stored = Omit<KeptFounding, 'record'> & { record: Uint8Array }

export function keepFounding(context: Context, kept: KeptFounding): void {
  const stored: Stored = { ...kept, record: encodeEpochRecord(kept.record) }
  const name = PREFIX + kept.request.channelId
  context.database.transaction(() => writeSetting(context.database, name, stored))
}

/** Within the step's transaction. False where it had been dropped before. */
export function dropFounding(context: Context, channelId: ChannelId): boolean {
  const name = PREFIX + channelId
  if (readSetting(context.database, name) === undefined) return false
  removeSetting(context.database, name)
  return true
}

export function readFoundings(context: Context): KeptFounding[] {
  return readSettings(context.database, PREFIX).map((value) => {
    const { record, ...rest } = value as Stored
    return { ...rest, record: decodeEpochRecord(record) }
  })
}

/** One that was asked for in the same words. */
export function findKept(context: Context, channel: NewChannel): KeptFounding | undefined {
  const words = ({ kind, name, topic, history, others }: NewChannel) =>
    JSON.stringify([kind, name, topic, history, [...others].sort()])
  return readFoundings(context).find((kept) => words(kept.channel) === words(channel))
}
