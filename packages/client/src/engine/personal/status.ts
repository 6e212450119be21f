/**
 * The user's own status, and when they are not to be disturbed: kept for all of their devices, which put it for the others as well.
 * SPEC.md, STAT-1, STAT-4.
 */
import { QuietHours, Status, type StatusContent } from '@reforms/crypto'
import { cleanName, firstFault } from '@reforms/protocol'
import type { IntentInput } from '../../engine-api.ts'
import type { OwnStatus } from '../../personal-api.ts'
import { quietAt } from '../beacons/quiet.ts'
import type { Context } from '../context.ts'
import { readRegisters } from '../tables/registers.ts'
import { keep, kept } from './keeping.ts'

export const STATUS = 'status'
const [SAID, QUIET_UNTIL, QUIET_HOURS, HIDES_READING] = [
  'said',
  'quiet-until',
  'quiet-hours',
  'hides-reading',
]

export function setStatus(context: Context, { status }: IntentInput<'status.set'>): void {
  const said = status && { ...status, text: cleanName(status.text) }
  keep(context, STATUS, [[SAID, said && (said.text !== '' || said.emoji !== '') ? said : undefined]])
}

export function setQuiet(context: Context, { until }: IntentInput<'quiet.set'>): void {
  keep(context, STATUS, [[QUIET_UNTIL, until]])
}

export function setQuietHours(context: Context, { hours }: IntentInput<'quiet.setHours'>): void {
  keep(context, STATUS, [[QUIET_HOURS, hours]])
}

export function setHidesReading(context: Context, { hide }: IntentInput<'receipts.hide'>): void {
  keep(context, STATUS, [[HIDES_READING, hide ? true : undefined]])
}

/** Whether this user lets nobody see what they have read, and sees nobody's (RCPT-2). */
export function hidesReading(context: Pick<Context, 'database'>): boolean {
  return kept(context, STATUS, HIDES_READING) === true
}

/** What the others are to see; undefined where there never was anything. */
export function ownStatus(context: Pick<Context, 'database'>): StatusContent | undefined {
  const registers = readRegisters(context.database, STATUS).filter(({ key }) => key !== HIDES_READING)
  if (registers.length === 0) return undefined
  const clock = Math.max(...registers.map((register) => register.clock))
  const fitting = <T>(schema: Parameters<typeof firstFault>[0], key: string): T | undefined => {
    const value = kept(context, STATUS, key)
    return value !== undefined && firstFault(schema, value) === undefined ? (value as T) : undefined
  }
  const status = fitting<Status>(Status, SAID)
  const until = kept(context, STATUS, QUIET_UNTIL)
  const quietHours = fitting<QuietHours>(QuietHours, QUIET_HOURS)
  return {
    type: 'status',
    clock,
    ...(status ? { status } : {}),
    ...(typeof until === 'number' && until > 0 ? { quietUntil: until } : {}),
    ...(quietHours ? { quietHours } : {}),
  }
}

/** Until when this user is not to be disturbed; undefined where they may be. */
export function ownQuiet(context: Pick<Context, 'database' | 'now'>): number | undefined {
  const own = ownStatus(context)
  return own && quietAt(context.now(), own)
}

export function ownStatusView(context: Context): OwnStatus {
  const own = ownStatus(context)
  const now = context.now()
  const status = own?.status && (own.status.until ?? Infinity) > now ? own.status : undefined
  const quietUntil = ownQuiet(context)
  return {
    ...(status ? { status } : {}),
    ...(quietUntil === undefined ? {} : { quietUntil }),
    // What ends by being told to, and not by itself at the end of the hours.
    endsByHand: own?.quietUntil !== undefined && own.quietUntil > now,
    ...(own?.quietHours ? { quietHours: own.quietHours } : {}),
    hidesReading: hidesReading(context),
    receiptsOffered: context.receipts.offered,
  }
}
