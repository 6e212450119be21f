/** How long a status is shown, or somebody is not to be disturbed, in the person's own zone. */
const MINUTE_MS = 60_000
const MORNING_HOUR = 8

export const UNTILS = ['half', 'hour', 'today', 'time', 'never'] as const
export type Until = (typeof UNTILS)[number]

/** Undefined for one without end; NaN for a time that is none. */
export function endOf(until: Until, now: number, typed: string): number | undefined {
  switch (until) {
    case 'half':
      return now + 30 * MINUTE_MS
    case 'hour':
      return now + 60 * MINUTE_MS
    case 'today':
      return new Date(now).setHours(23, 59, 59, 0)
    case 'time':
      return new Date(typed).getTime()
    case 'never':
      return undefined
  }
}

export function tomorrowMorning(now: number): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  return morning.setHours(MORNING_HOUR, 0, 0, 0)
}

/** `20:30` as minutes after midnight; undefined for anything else. */
export function minuteOf(typed: string): number | undefined {
  const [, hour, minute] = /^(\d\d):(\d\d)/.exec(typed) ?? []
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute)
}

export function clockOf(minute: number): string {
  const part = (value: number) => String(value).padStart(2, '0')
  return `${part(Math.floor(minute / 60))}:${part(minute % 60)}`
}
