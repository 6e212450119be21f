/** Transactions under load: each has a connection to itself (patches/postgres+3.4.9.patch). */
import type { Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await startTestDatabase({ migrated: false })
  sql = database.sql
}, 60_000)
afterAll(() => database.stop())

test('LOG-5: a transaction shares its connection with no other query, however many wait', async () => {
  await sql`create table note (number integer, inside boolean)`
  // More than a socket takes at once, so that connections are full when a transaction begins.
  const long = 'x'.repeat(100_000)
  const ask = async () => (await sql`select length(${long}::text)::int as length`)[0]!['length'] as number
  const write = (number: number) =>
    sql.begin(async (transaction) => {
      await transaction`insert into note values (${number}, pg_current_xact_id_if_assigned() is not null)`
      await new Promise((resolve) => setImmediate(resolve))
      const [row] =
        await transaction`select count(*)::int as count from note where xmin = pg_current_xact_id()::xid`
      return row!['count'] as number
    })
  const numbers = Array.from({ length: 100 }, (_, number) => number)
  const [lengths, counts] = await Promise.all([
    Promise.all(numbers.flatMap(() => [ask(), ask(), ask()])),
    Promise.all(numbers.map(write)),
  ])
  expect(new Set(lengths)).toEqual(new Set([long.length]))
  expect(counts).toEqual(numbers.map(() => 1))
})
