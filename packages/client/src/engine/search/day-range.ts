/** Days, months and years as they are typed into a search: when they begin and end, by the clock of this device. For search only. */

const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/

/** From the first millisecond to the one after the last; undefined for what is no date. */
export function dayRange(value: string, now: number): { from: number; to: number } | undefined {
  const today = new Date(now)
  const day = (offset: number) => [today.getFullYear(), today.getMonth(), today.getDate() + offset] as const
  if (value === 'today') return between(day(0), day(1))
  if (value === 'yesterday') return between(day(-1), day(0))
  const [, year, month, date] = DATE.exec(value)?.map(Number) ?? []
  if (year === undefined) return undefined
  if (!month) return Number.isNaN(month) ? between([year, 0, 1], [year + 1, 0, 1]) : undefined
  if (month > 12) return undefined
  if (date === undefined || Number.isNaN(date)) return between([year, month - 1, 1], [year, month, 1])
  const exists = new Date(year, month - 1, date).getMonth() === month - 1 && date > 0
  return exists ? between([year, month - 1, date], [year, month - 1, date + 1]) : undefined
}

type Day = readonly [year: number, month: number, date: number]

function between(from: Day, to: Day): { from: number; to: number } {
  return { from: new Date(...from).getTime(), to: new Date(...to).getTime() }
}
