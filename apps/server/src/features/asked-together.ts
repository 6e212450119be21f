/**
 * Questions of one kind that are asked together: those of one turn of the event loop share a query, and so do those that
 * come while AT_ONCE queries are under way. An answer is never older than its question. For what is asked with every
 * request: who a session is, what a user is to a channel; and for messages of several channels, which one transaction appends.
 */

/** Queries of one kind that are under way at a time. */
const AT_ONCE = 2
/** What one query may hold: so many questions, unless each weighs something else. */
export interface QuerySize<Question> {
  readonly weightOf: (question: Question) => number
  readonly most: number
}

const TOGETHER_MAX = 500
const BY_NUMBER: QuerySize<unknown> = { weightOf: () => 1, most: TOGETHER_MAX }

interface Asked<Question, Answer> {
  readonly question: Question
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export class AskedTogether<Question, Answer> {
  readonly #answer: (questions: readonly Question[]) => Promise<readonly Answer[]>
  readonly #size: QuerySize<Question>
  #waiting: Asked<Question, Answer>[] = []
  #underWay = 0
  #begins = false

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

  #begin(): void {
    if (this.#begins || this.#underWay >= AT_ONCE || this.#waiting.length === 0) return
    this.#begins = true
    setImmediate(() => {
      this.#begins = false
      void this.#run(this.#take())
    })
  }

  /** At least one. */
  #take(): Asked<Question, Answer>[] {
    const { weightOf, most } = this.#size
    let weight = 0
    const end = this.#waiting.findIndex(
      ({ question }, index) => (weight += weightOf(question)) > most && index > 0,
    )
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
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
