/** Times as they stand in an exported history: of one zone, which the pages name. */
const LANGUAGE = 'en-GB'

export class WrittenTimes {
  readonly #key: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #time: Intl.DateTimeFormat
  readonly #whole: Intl.DateTimeFormat

  constructor(timeZone: string) {
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(LANGUAGE, { ...options, timeZone })
    this.#key = new Intl.DateTimeFormat('en-CA', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      timeZone,
    })
    this.#day = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
    this.#time = format({ hour: '2-digit', minute: '2-digit' })
    this.#whole = format({
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    })
  }

  /** Such as 2026-03-14. */
  dayKey(at: number): string {
    return this.#key.format(at)
  }

  day(at: number): string {
    return this.#day.format(at)
  }

  time(at: number): string {
    return this.#time.format(at)
  }

  /** To the second, with how far the zone is from UTC then. */
  whole(at: number): string {
    return this.#whole.format(at)
  }
}
