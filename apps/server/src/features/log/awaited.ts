/**
 * Who was answered a moment ago and has not written again: a program, or people in a fast conversation, may do so at once. What gathers
 * messages waits for them, and no longer once nobody is left.
 */
export class Awaited<Person> {
  readonly #forMs: number
  /** Until when, in milliseconds of `performance.now()`; who was answered last is the last. */
  readonly #until = new Map<Person, number>()

  constructor(forMs: number) {
    this.#forMs = forMs
  }

  came(person: Person): void {
    this.#until.delete(person)
  }

  answered(person: Person): void {
    this.#forget()
    this.#until.delete(person)
    this.#until.set(person, performance.now() + this.#forMs)
  }

  isAnybody(): boolean {
    this.#forget()
    return this.#until.size > 0
  }

  #forget(): void {
    const now = performance.now()
    for (const [person, until] of this.#until) {
      if (until > now) return
      this.#until.delete(person)
    }
  }
}
