/**
 * Questions of one kind that are asked together: those of one turn of the event loop share a query, and so do those that
 * come while AT_ONCE queries are under way. An answer is never older than its question. For what is asked with every
 * request: who a session is, what a user is to a channel.
 */

/** Queries of one kind that are under way at a time. */
const AT_ONCE = 2
/** Questions in one query. */
const TOGETHER_MAX = 500

interface Asked<Question, Answer> {
  readonly question: Question
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export class AskedTogether<Question, Answer> {
  readonly #answer: (questions: readonly Question[]) => Promise<readonly Answer[]>
  #waiting: Asked<Question, Answer>[] = []
  #underWay = 0
  #begins = false

  /** `answer` answers all questions in their order, or rejects for all of them. */
  constructor(answer: (questions: readonly Question[]) => Promise<readonly Answer[]>) {
    this.#answer = answer
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
      void this.#run(this.#waiting.splice(0, TOGETHER_MAX))
    })
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
