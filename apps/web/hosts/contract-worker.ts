/** Runs the Database port's contract over the encrypted database, in a profile of its own. */
import type { Database } from '@reforms/client'
import { databaseContract, durableDatabaseContract } from '@reforms/client/database-contract'
import { openEncryptedDatabase } from '../src/engine/encrypted-database.ts'

const database = await openEncryptedDatabase('contract')
/** Opening takes longer than a case may: the cases share one that stays open. */
const shared: Database = {
  exec: (sql) => database.exec(sql),
  run: (sql, parameters) => database.run(sql, parameters),
  all: (sql, parameters) => database.all(sql, parameters),
  transaction: (work) => database.transaction(work),
  close: () => undefined,
}

const outcomes = [...databaseContract, ...durableDatabaseContract].map(({ title, run }) => {
  try {
    run(() => shared)
    return { title }
  } catch (problem) {
    return { title, problem: String(problem) }
  }
})
database.close()
self.postMessage(outcomes)
