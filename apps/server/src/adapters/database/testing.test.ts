import { expect, test } from 'vitest'
import { startTestDatabase } from './testing.ts'

test('two test databases are apart, on real PostgreSQL with fsync on', async () => {
  const first = await startTestDatabase()
  const second = await startTestDatabase({ migrated: false })
  await first.sql`create table only_here (n int)`
  expect(await second.sql`select to_regclass('only_here') as found`).toEqual([{ found: null }])
  expect(await first.sql`show fsync`).toEqual([{ fsync: 'on' }])
  await first.stop()
  expect(await second.sql`select 1 as one`).toEqual([{ one: 1 }])
  await second.stop()
})
