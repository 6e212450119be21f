/**
 * Questions of one kind that are asked together: those of one turn of the event loop share a query, and so do those that
 * come while AT_ONCE queries are under way. An answer is never older than its question. For what is asked with every
 * request: who a session is, what a user is to a channel; and, at a pace, for messages of several channels, which one transaction appends.
 */

/** Queries of one kind that are under way at a time. */
const AT_ONCE = 2
/** What one query may hold: so many questions, unless each weighs something else. */
export interface QuerySize<Question> {
  readonly weightOf: (question: Question) => number
  readonly most: number
  /** Absent: each query goes as soon as it may. */
  readonly pace?: QueryPace<Question>
}

/**
 * Queries that cost much by themselves go at a pace, so that each holds more. What is asked after a quiet time does not wait,
 * nor does what nothing is likely to join.
 */
export interface QueryPace<Question> {
  /** From one query to the next. The pace makes nothing wait longer. */
  readonly everyMs: number
  /** So many may come sooner, after a quiet time. */
  readonly ahead: number
  /** So many have gathered enough, and go. */
  readonly enough: number
  /** Whether something is likely to come: once not, what waits goes. */
  readonly mayGrow: () => boolean
  /** Of a question that waits, which may become more (`grown`). */
  readonly numberOf: (question: Question) => number
}

const TOGETHER_MAX = 500
const BY_NUMBER: QuerySize<unknown> = { weightOf: () => 1, most: TOGETHER_MAX }

interface Asked<Question, Answer> {
  readonly question: Question
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** The generic cell rate algorithm (ITU-T I.371), except that queries which had enough make the next one wait `everyMs` at most. */
function dueAfter(due: number, { everyMs, ahead }: QueryPace<never>): number {
  const now = performance.now()
  return Math.min(Math.max(due, now) + everyMs, now + (ahead + 1) * everyMs)
}

export class AskedTogether<Question, Answer> {
  readonly #answer: (questions: readonly Question[]) => Promise<readonly Answer[]>
  readonly #size: QuerySize<Question>
  #waiting: Asked<Question, Answer>[] = []
  #underWay = 0
  #begins = false
  /** When the next query is due by the pace, in milliseconds of `performance.now()`. */
  #due = 0
  #rest: NodeJS.Timeout | undefined

  /** `answer` answers all questions in their order, or rejects for all of them. */
  constructor(
    answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    size: QuerySize<Question> = BY_NUMBER,
  ) {
    this.#answer = answer
    this.#size = size
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject })
      this.#begin()
    })
  }

  /** A question that waits has become more, where `numberOf` tells so. */
  grown(): void {
    this.#begin()
  }

  #begin(): void {
    if (this.#begins || this.#underWay >= AT_ONCE || this.#waiting.length === 0) return
    const restMs = this.#restMs()
    if (restMs > 0) {
      this.#rest ??= setTimeout(() => {
        this.#rest = undefined
        this.#begin()
      }, restMs)
    } else this.#beginNow()
  }

  #beginNow(): void {
    clearTimeout(this.#rest)
    this.#rest = undefined
    this.#begins = true
    const { pace } = this.#size
    if (pace) this.#due = dueAfter(this.#due, pace)
    setImmediate(() => {
      this.#begins = false
      void this.#run(this.#take())
    })
  }

  #restMs(): number {
    const { pace } = this.#size
    if (!pace) return 0
    const restMs = this.#due - pace.ahead * pace.everyMs - performance.now()
    if (restMs <= 0) return 0
    return this.#number(pace) >= pace.enough || !pace.mayGrow() ? 0 : restMs
  }

  /** At least one. */
  #take(): Asked<Question, Answer>[] {
    const { weightOf, most } = this.#size
    const middle = this.#middle()
    let weight = 0
    const end = this.#waiting.findIndex(
      ({ question }, index) => index >= middle || ((weight += weightOf(question)) > most && index > 0),
    )
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }

  /** Where no query is under way and enough waits for two: so many go, and the rest beside them. Otherwise all of them. */
  #middle(): number {
    const all = this.#waiting.length
    const { pace } = this.#size
    if (!pace || this.#underWay > 0) return all
    const number = this.#number(pace)
    let taken = 0
    for (const [index, { question }] of this.#waiting.entries()) {
      if (taken >= Math.max(pace.enough, number / AT_ONCE)) return number - taken >= pace.enough ? index : all
      taken += pace.numberOf(question)
    }
    return all
  }

  #number({ numberOf }: QueryPace<Question>): number {
    return this.#waiting.reduce((sum, { question }) => sum + numberOf(question), 0)
  }

  async #run(asked: readonly Asked<Question, Answer>[]): Promise<void> {
    this.#underWay += 1
    this.#begin()
    try {
      const answers = await this.#answer(asked.map(({ question }) => question))
      for (const [index, { resolve }] of asked.entries()) resolve(answers[index]!)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
    this.#underWay -= 1
    this.#begin()
  }
}
