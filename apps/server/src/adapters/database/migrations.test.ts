import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inOrder, migrate, type Migration } from './migrations.ts'
import { startTestDatabase, type TestDatabase } from './testing.ts'

function migration(name: string, text: string): Migration {
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
}

const FIRST = migration('0001-pear.sql', 'create table pear (n int); insert into pear values (1)')
const SECOND = migration('0010-plum.sql', 'create table plum (n int references only_later)')

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ migrated: false })
})
afterAll(() => database.stop())

test('migrations run once, also when several servers start at the same time', async () => {
  const ran = await Promise.all([1, 2, 3].map(() => migrate(database.sql, [FIRST])))
  expect(ran.flat()).toEqual(['0001-pear.sql'])
  expect(await database.sql`select n from pear`).toEqual([{ n: 1 }])
})

test('a migration that fails leaves nothing behind and is named', async () => {
  await expect(migrate(database.sql, [FIRST, SECOND])).rejects.toThrow(/0010-plum\.sql failed.*only_later/)
  expect(await database.sql`select to_regclass('plum') as found`).toEqual([{ found: null }])
})

test('a database of a newer version is refused in words, before anything is written', async () => {
  await expect(migrate(database.sql, [])).rejects.toThrow(/newer than this program.*0001-pear\.sql/s)
})

test('a migration that was changed after it ran is refused', async () => {
  const changed = migration('0001-pear.sql', 'create table pear (n bigint)')
  await expect(migrate(database.sql, [changed])).rejects.toThrow(/different build/)
})

test('two migrations with one number are a mistake in the source tree', () => {
  expect(() => inOrder([FIRST, migration('0001-apple.sql', '')])).toThrow(/number is taken/)
})
