/** Whether somebody is not to be disturbed now: until a time, or in hours of every week by the clocks of their zone. SPEC.md, STAT-4. */
import type { QuietHours } from '@reforms/crypto'

const MINUTE_MS = 60_000
const MINUTES_A_DAY = 24 * 60
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

export interface QuietTimes {
  quietUntil?: number
  quietHours?: QuietHours
}

/** Undefined where they may be disturbed; otherwise when that ends, as far as it is known to the minute. */
export function quietAt(now: number, { quietUntil = 0, quietHours }: QuietTimes): number | undefined {
  const ends = [quietUntil, quietHours ? endOfHours(now, quietHours) : 0].filter((end) => end > now)
  return ends.length > 0 ? Math.max(...ends) : undefined
}

/** 0 outside of them. */
function endOfHours(now: number, { days, from, to, zone }: QuietHours): number {
  const clock = clockIn(zone, now)
  if (!clock) return 0
  const { day, minute } = clock
  const length = to > from ? to - from : MINUTES_A_DAY - from + to
  const begun = [
    { day, since: minute - from },
    { day: (day + 6) % 7, since: minute - from + MINUTES_A_DAY },
  ].find((each) => days.includes(each.day) && each.since >= 0 && each.since < length)
  return begun ? Math.floor(now / MINUTE_MS + length - begun.since) * MINUTE_MS : 0
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>()

/** Undefined for a zone that this machine does not know: nobody is quiet by guess. */
function clockIn(zone: string, now: number): { day: number; minute: number } | undefined {
  if (!formats.has(zone)) formats.set(zone, formatOf(zone))
  const parts = formats.get(zone)?.formatToParts(now)
  const part = (type: string) => parts?.find((each) => each.type === type)?.value ?? ''
  const minute = Number(part('hour')) * 60 + Number(part('minute'))
  return parts && { day: DAY_NAMES.indexOf(part('weekday')), minute }
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    return new Intl.DateTimeFormat('en-GB', { timeZone, ...parts })
  } catch {
    return undefined
  }
}
