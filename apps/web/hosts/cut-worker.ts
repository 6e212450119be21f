/**
 * Writes to an encrypted database one transaction after the other, until it is cut off: each counts all rows on by one. At first it says
 * what an earlier one has left, so that tests see whether the transaction that was cut off has left nothing, or all of it.
 */
import { openEncryptedDatabase } from '../src/engine/encrypted-database.ts'

/** So many pages of the file change in each transaction that most cuts fall into a commit. */
const ROWS = 400
const ROW_BYTES = 3000

const database = await openEncryptedDatabase('cut')
database.exec('CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, count INTEGER, filling BLOB)')
const counts = database.all('SELECT DISTINCT count FROM part').map((row) => Number(row['count']))
const rows = Number(database.all('SELECT count(*) AS rows FROM part')[0]?.['rows'])
const whole = database.all('PRAGMA integrity_check')[0]?.['integrity_check'] === 'ok'
self.postMessage({ counts, rows, whole })

if (rows === 0) {
  database.transaction(() => {
    for (let id = 1; id <= ROWS; id += 1) {
      database.run('INSERT INTO part VALUES (?, 0, ?)', [id, new Uint8Array(ROW_BYTES)])
    }
  })
}
for (let count = (counts[0] ?? 0) + 1; ; count += 1) {
  database.transaction(() =>
    database.run('UPDATE part SET count = ?, filling = randomblob(?)', [count, ROW_BYTES]),
  )
  self.postMessage({ committed: count })
}
