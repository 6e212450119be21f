/** The times that are offered for what comes later, in the person's own zone. */
import { text } from '../../text/index.ts'

const MINUTE_MS = 60_000
const MORNING_HOUR = 9

export function timesFrom(now: number): { words: string; at: number }[] {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  morning.setHours(MORNING_HOUR, 0, 0, 0)
  return [
    { words: text.personal.inMinutes, at: now + 20 * MINUTE_MS },
    { words: text.personal.inAnHour, at: now + 60 * MINUTE_MS },
    { words: text.personal.tomorrow, at: morning.getTime() },
  ]
}
