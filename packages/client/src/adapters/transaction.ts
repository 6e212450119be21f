/** What the Database port promises of transactions, over any way to run SQL. For Database adapters only. */
export function createTransaction(exec: (sql: string) => void): <T>(work: () => T) => T {
  let running = false

  return (work) => {
    if (running) throw new Error('a transaction is running already: transactions do not nest')
    exec('BEGIN IMMEDIATE')
    running = true
    try {
      const result = work()
      if (result instanceof Promise)
        throw new Error('a transaction is one step: its work must not be asynchronous')
      exec('COMMIT')
      return result
    } catch (problem) {
      rollback(exec)
      throw problem
    } finally {
      running = false
    }
  }
}

/** SQLite has rolled back by itself after some errors, such as a full disk; then there is nothing left to undo. */
function rollback(exec: (sql: string) => void): void {
  try {
    exec('ROLLBACK')
  } catch {
    // The error that led here is the one to tell.
  }
}
