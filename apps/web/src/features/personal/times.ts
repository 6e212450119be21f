/** The times that are offered for what comes later, in the person's own zone. */
import { text } from '../../text/index.ts'

const MINUTE_MS = 60_000
const MORNING_HOUR = 9
const MONDAY = 1
const WEEK_DAYS = 7

export function timesFrom(now: number): { words: string; at: number }[] {
  const toMonday = (MONDAY - new Date(now).getDay() + WEEK_DAYS) % WEEK_DAYS || WEEK_DAYS
  return [
    { words: text.personal.inMinutes, at: now + 20 * MINUTE_MS },
    { words: text.personal.inAnHour, at: now + 60 * MINUTE_MS },
    { words: text.personal.tomorrow, at: morningAfter(now, 1) },
    // On a Sunday that is tomorrow.
    ...(toMonday > 1 ? [{ words: text.personal.nextWeek, at: morningAfter(now, toMonday) }] : []),
  ]
}

function morningAfter(now: number, days: number): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + days)
  return morning.setHours(MORNING_HOUR, 0, 0, 0)
}
