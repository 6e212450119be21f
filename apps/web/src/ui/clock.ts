/** Times and days in the person's own zone and, as far as it is English like the rest of the screen, their own way to write. */
import { text } from '../text/index.ts'

const own = typeof navigator === 'undefined' ? 'en-GB' : navigator.language
const language = own.startsWith('en') ? own : 'en-GB'
const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(language, { weekday: 'long' })
const dayThisYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' })
const dayAndYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' })
const shortDay = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })

const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000
const MINUTE_MS = 60 * 1000

export function timeOf(at: number): string {
  return time.format(at)
}

export function dateAndTimeOf(at: number): string {
  return whole.format(at)
}

/** The same for all times of one local day, and sortable. */
export function dayKeyOf(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

/** How many midnights lie between two times: 0 for the same day. Summer time makes days of 23 and 25 hours. */
export function daysBetween(at: number, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY_MS)
}

/** "Today", "Yesterday", "Monday, 3 March" or "3 March 2024". */
export function dayOf(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days === 0) return text.ui.today
  if (days === 1) return text.ui.yesterday
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return sameYear ? dayThisYear.format(at) : dayAndYear.format(at)
}

/** As short as it can be said in a list: a time today, a weekday this week, else a date. */
export function whenOf(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days <= 0) return time.format(at)
  if (days < 7) return weekday.format(at)
  return shortDay.format(at)
}

/** Of what ends: a time where that is today, else a date with it. */
export function untilOf(at: number, now: number): string {
  return daysBetween(at, now) === 0 ? timeOf(at) : dateAndTimeOf(at)
}

/** As a field for dates and times has it, in the person's own zone. */
export function fieldValueOf(at: number): string {
  const inZone = at - new Date(at).getTimezoneOffset() * MINUTE_MS
  return new Date(inZone).toISOString().slice(0, 16)
}

/** As a field for dates has it, in the person's own zone. */
export function fieldDayOf(at: number): string {
  return fieldValueOf(at).slice(0, 10)
}

/** "in 3 days", "2 hours ago". */
export function distanceOf(at: number, now: number): string {
  const away = at - now
  const size = Math.abs(away)
  if (size >= DAY_MS) return relative.format(Math.round(away / DAY_MS), 'day')
  if (size >= HOUR_MS) return relative.format(Math.round(away / HOUR_MS), 'hour')
  return relative.format(Math.round(away / MINUTE_MS), 'minute')
}
