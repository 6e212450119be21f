/** Messages that are to be sent at a time: held in the vault until a device of the user sends them. SPEC.md, OWN-14, OWN-15. */
import { encodeCbor, type ChannelId, type ClientId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { ScheduledItem } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { relationOf } from '../channel/composing.ts'
import { encodeFitting } from '../channel/relating.ts'
import { sentFrom } from '../channel/settings-message.ts'
import { demandWriter } from '../channel/writers.ts'
import { readChannel } from '../tables/channels.ts'
import { readValuedRecords } from '../tables/registers.ts'
import { nameOf } from '../views/channels.ts'
import { allKept, keep } from './keeping.ts'

const LATER = 'later/'
/** So many wait at most, in all channels. */
const SCHEDULED_MAX = 100
/** In one channel together: a record that is full drops what was set first (OWN-3), and here that would be a message. */
const WAITING_MAX_BYTES = 40 * 1024

export const laterRecord = (channelId: ChannelId) => `${LATER}${channelId}`
export const claimKey = (clientId: ClientId) => `${clientId}/claim`

type Answers = NonNullable<IntentInput<'message.send'>['answers']>

/** As a register holds it. */
interface Words {
  at: number
  text: string
  answers?: Answers
}

export interface Scheduled extends Words {
  channelId: ChannelId
  /** Fixed when it is written, so that it is one message whoever sends it. */
  clientId: ClientId
  /** Who has taken it upon itself to send it. */
  claim?: { device: string; at: number }
}

function isWords(value: unknown): value is Words {
  if (typeof value !== 'object' || value === null) return false
  const { at, text, answers } = value as Partial<Words>
  return typeof at === 'number' && typeof text === 'string' && (answers === undefined || isAnswers(answers))
}

function isAnswers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { as, seq, inChannel } = value as Partial<Answers>
  const isKnown = as === 'reply' || as === 'thread'
  return isKnown && Number.isSafeInteger(seq) && (inChannel === undefined || typeof inChannel === 'boolean')
}

function claimIn(value: unknown): Scheduled['claim'] {
  if (!Array.isArray(value)) return undefined
  const [device, at] = value as unknown[]
  return typeof device === 'string' && typeof at === 'number' ? { device, at } : undefined
}

/** What is to be sent next, first. */
export function scheduledIn(context: Pick<Context, 'database'>): Scheduled[] {
  return readValuedRecords(context.database, LATER)
    .flatMap((record) => {
      const values = new Map(allKept(context, record))
      const channelId = record.slice(LATER.length) as ChannelId
      return [...values].flatMap(([key, value]): Scheduled[] => {
        if (!isWords(value)) return []
        const clientId = key as ClientId
        const claim = claimIn(values.get(claimKey(clientId)))
        return [{ channelId, clientId, ...value, ...(claim ? { claim } : {}) }]
      })
    })
    .sort((a, b) => a.at - b.at)
}

export function scheduledView(context: Context): ScheduledItem[] {
  return scheduledIn(context).flatMap((item) => {
    const row = readChannel(context.database, item.channelId)
    const problem = item.at <= context.now() ? whyNot(context, item) : undefined
    return {
      ...{ channelId: item.channelId, clientId: item.clientId, at: item.at, text: item.text },
      channelName: row ? nameOf(context, row) : '',
      channelKind: row?.kind ?? 'private',
      ...(item.answers ? { answers: item.answers } : {}),
      ...(item.at <= context.now() ? { due: true as const } : {}),
      ...(problem === undefined ? {} : { problem }),
    }
  })
}

/** Why it cannot be sent as things are, in words. */
export function whyNot(context: Context, { channelId, answers }: Scheduled): string | undefined {
  const row = readChannel(context.database, channelId)
  if (!row || row.place === 'none' || row.place === 'leaving')
    return 'You are not in this conversation any more.'
  if (row.archived) return 'This channel is archived.'
  try {
    demand(context, { channelId, text: '', ...(answers ? { answers } : {}) })
    return undefined
  } catch (error) {
    if (!(error instanceof IntentError)) throw error
    return error.message
  }
}

/** Throws IntentError where what it answers is not here, nobody would be shown it, or it is too long. */
function demand(
  context: Context,
  { channelId, text, answers }: { channelId: ChannelId; text: string; answers?: Answers },
): void {
  const input = { channelId, text, files: [], ...(answers ? { answers } : {}) }
  const content = { ...relationOf(context, input), text, ...sentFrom(context, channelId) }
  demandWriter(context, channelId, content)
  encodeFitting(content)
}

/** A new one, or with a clientId another text and time for one that waits. */
export function scheduleMessage(
  context: Context,
  { channelId, clientId, text, at, answers }: IntentInput<'later.set'>,
): { clientId: ClientId } {
  if (text.trim() === '')
    throw new IntentError({ code: 'invalid-input', message: 'There is nothing to send yet.' })
  if (at <= context.now()) throw new IntentError({ code: 'invalid-input', message: 'This time has passed.' })
  const before = clientId === undefined ? undefined : waitingOne(context, clientId)
  if (!before && scheduledIn(context).length >= SCHEDULED_MAX) {
    const message = `At most ${SCHEDULED_MAX} messages wait to be sent later. Send or delete one first.`
    throw new IntentError({ code: 'too-many', message })
  }
  const answering = before?.answers ?? answers
  const words = wordsOf({ at, text, ...(answering ? { answers: answering } : {}) })
  demand(context, { channelId, ...words })
  const id = before?.clientId ?? context.newClientId()
  demandRoom(context, before?.channelId ?? channelId, { id, words })
  keep(context, laterRecord(before?.channelId ?? channelId), [[id, words]])
  return { clientId: id }
}

/** Throws IntentError 'too-large' where another message that waits would have to go for it. */
function demandRoom(
  context: Context,
  channelId: ChannelId,
  { id, words }: { id: ClientId; words: Words },
): void {
  const others = scheduledIn(context).filter((each) => each.channelId === channelId && each.clientId !== id)
  const bytes = [...others, words].reduce((sum, each) => sum + encodeCbor(wordsOf(each)).length, 0)
  if (bytes <= WAITING_MAX_BYTES) return
  const message =
    'Too much waits to be sent later in this conversation. Send or delete something first, or make it shorter.'
  throw new IntentError({ code: 'too-large', message })
}

function wordsOf({ at, text, answers }: Words): Words {
  return { at, text, ...(answers ? { answers } : {}) }
}

function waitingOne(context: Context, clientId: ClientId): Scheduled {
  const found = scheduledIn(context).find((each) => each.clientId === clientId)
  if (!found || found.claim)
    throw new IntentError({ code: 'not-found', message: 'This message has been sent, or is being sent.' })
  return found
}

/** The same way as when its time has come: one of the devices sends it. */
export function sendScheduledNow(context: Context, { clientId }: IntentInput<'later.sendNow'>): void {
  const item = waitingOne(context, clientId)
  keep(context, laterRecord(item.channelId), [[clientId, wordsOf({ ...item, at: context.now() })]])
}

export function deleteScheduled(context: Context, { clientId }: IntentInput<'later.delete'>): void {
  const found = scheduledIn(context).find((each) => each.clientId === clientId)
  // What a device claimed and can no longer be sent would stay for good.
  const isStuck = found?.claim !== undefined && whyNot(context, found) !== undefined
  forgetScheduled(context, isStuck ? found : waitingOne(context, clientId))
}

/** It is in the log, or its user does not want it any more. */
export function forgetScheduled(
  context: Context,
  { channelId, clientId }: Pick<Scheduled, 'channelId' | 'clientId'>,
): void {
  keep(context, laterRecord(channelId), [
    [clientId, undefined],
    [claimKey(clientId), undefined],
  ])
}
