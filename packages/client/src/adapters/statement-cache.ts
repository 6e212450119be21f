/**
 * Prepared statements kept by their SQL text, the longest unused first to go. SQLite's compiler costs more than most of our
 * queries. For Database adapters only.
 */
const STATEMENTS_MAX = 100

export class StatementCache<S> {
  readonly #prepare: (sql: string) => S
  readonly #finalize: (statement: S) => void
  readonly #statements = new Map<string, S>()

  constructor(prepare: (sql: string) => S, finalize: (statement: S) => void) {
    this.#prepare = prepare
    this.#finalize = finalize
  }

  /** Runs `work` with the statement for `sql`; one that failed is not used again, since SQLite would repeat its error. */
  use<T>(sql: string, work: (statement: S) => T): T {
    const statement = this.#statements.get(sql) ?? this.#prepare(sql)
    this.#statements.delete(sql)
    let result: T
    try {
      result = work(statement)
    } catch (problem) {
      this.#finalize(statement)
      throw problem
    }
    this.#statements.set(sql, statement)
    if (this.#statements.size > STATEMENTS_MAX) this.#drop(this.#statements.keys().next().value!)
    return result
  }

  /** Before the database is closed. */
  clear(): void {
    for (const sql of [...this.#statements.keys()]) this.#drop(sql)
  }

  #drop(sql: string): void {
    const statement = this.#statements.get(sql)
    this.#statements.delete(sql)
    if (statement !== undefined) this.#finalize(statement)
  }
}
