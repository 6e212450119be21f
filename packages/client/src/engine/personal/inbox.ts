/** What the user has said of what calls on them: that it is read, or when it is to come back. SPEC.md, OWN-12, OWN-13. */
import { decodeCbor, type ChannelId } from '@reforms/protocol'
import type { IntentInput, IntentOutput } from '../../engine-api.ts'
import type { InboxMark } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { readCall, readCalls, readInvitations, type Call } from '../tables/inbox.ts'
import { readLongValues } from '../tables/registers.ts'
import { isMuted } from './channel-list.ts'
import { keepWithin, type Change } from './keeping.ts'

/** What nobody has dealt with for so long is not called new any more. */
const NEW_FOR_MS = 30 * 24 * 60 * 60 * 1000
/** So many are looked at, the newest. */
const LOOKED_AT = 1000

const INBOX = 'inbox/'
const recordOf = (channelId: ChannelId) => `${INBOX}${channelId}`

export interface Standing extends Call {
  state: 'new' | 'snoozed' | 'read'
  /** When it comes back, or came back, by the user's own word. */
  until?: number
}

/** The newest first. Those that are read reach back as far as what is here. */
export function callsOf(context: Context, { past }: { past: boolean }): Standing[] {
  const { database, keys } = context
  if (!keys) return []
  const since = past ? 0 : context.now() - NEW_FOR_MS
  const recent = [
    ...readCalls(database, since, LOOKED_AT),
    ...readInvitations(database, keys.userId, since),
  ].sort((a, b) => b.at - a.at)
  const known = new Set(recent.map(keyOf))
  const older = snoozes(context).flatMap((each) =>
    known.has(keyOf(each)) ? [] : (callAt(context, each) ?? []),
  )
  const muted = mutedOf(context)
  return [...recent, ...older]
    .filter(({ channelId, kind }) => kind === 'mention' || kind === 'invitation' || !muted(channelId))
    .map((call) => standingOf(context, call))
}

const keyOf = ({ channelId, seq }: { channelId: ChannelId; seq: number }) => `${channelId}/${seq}`

function callAt(context: Context, { channelId, seq }: { channelId: ChannelId; seq: number }) {
  const { database } = context
  const invitation = () =>
    readInvitations(database, context.requireKeys().userId, 0).find(
      (each) => each.channelId === channelId && each.seq === seq,
    )
  return readCall(database, channelId, seq) ?? invitation()
}

/** Each channel is looked up once (OWN-6). */
function mutedOf(context: Context): (channelId: ChannelId) => boolean {
  const known = new Map<ChannelId, boolean>()
  return (channelId) => {
    const muted = known.get(channelId) ?? isMuted(context, channelId)
    known.set(channelId, muted)
    return muted
  }
}

/** The user's own word goes before what they read elsewhere. */
function standingOf(context: Context, call: Call): Standing {
  const mark = markIn(call.mark)
  if (mark === 'read') return { ...call, state: 'read' }
  if (mark !== undefined) return { ...call, state: mark > context.now() ? 'snoozed' : 'new', until: mark }
  const isOver = call.readThere || call.at <= context.now() - NEW_FOR_MS
  return { ...call, state: isOver ? 'read' : 'new' }
}

function markIn(value: Uint8Array | undefined): 'read' | number | undefined {
  try {
    const mark = value && decodeCbor(value)
    if (mark === true) return 'read'
    return typeof mark === 'number' ? mark : undefined
  } catch {
    // Another program's: kept, and passed over here (OWN-5).
    return undefined
  }
}

interface Snooze {
  channelId: ChannelId
  seq: number
  at: number
}

/** What comes back at a time, or has come back. */
export function snoozes({ database }: Pick<Context, 'database'>): Snooze[] {
  return readLongValues(database, INBOX).flatMap(({ record, key, value }) => {
    const at = markIn(value)
    if (typeof at !== 'number' || !/^[1-9]\d*$/.test(key)) return []
    return [{ channelId: record.slice(INBOX.length) as ChannelId, seq: Number(key), at }]
  })
}

/** All of it at once, for each channel in one change. */
export function markInbox(context: Context, { items }: IntentInput<'inbox.mark'>): void {
  const changes = new Map<ChannelId, Change[]>()
  for (const { channelId, seqs, read, until } of items) {
    const marks = seqs.map((seq): Change => [String(seq), read ? true : until])
    changes.set(channelId, [...(changes.get(channelId) ?? []), ...marks])
  }
  context.database.transaction(() => {
    for (const [channelId, marks] of changes) keepWithin(context, recordOf(channelId), marks)
  })
  context.pokeVault()
}

/** What is new is read; given back is what held before, so that it can be taken back. */
export function readAllInbox(context: Context): IntentOutput<'inbox.readAll'> {
  const before = callsOf(context, { past: false })
    .filter(({ state }) => state === 'new')
    .map(({ channelId, seq, until }): InboxMark => ({
      ...{ channelId, seqs: [seq] },
      ...(until === undefined ? {} : { until }),
    }))
  markInbox(context, { items: before.map(({ channelId, seqs }) => ({ channelId, seqs, read: true })) })
  return { before }
}
