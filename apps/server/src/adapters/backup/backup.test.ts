import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inOrder, migrate, type Migration } from '../database/migrations.ts'
import { startTestDatabase, type TestDatabase } from '../database/testing.ts'
import { DIGEST_BYTES, MAGIC } from './format.ts'
import { openBackup } from './read.ts'
import { restoreBackup } from './restore.ts'
import { hasUsers } from './schema-surgery.ts'
import { writeBackup } from './write.ts'

function migration(name: string, text: string): Migration {
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
}

/** What the features' migrations use: references in both directions, triggers, identities, generated columns, views. */
const FIRST = migration(
  '0001-people.sql',
  `create table user_account (
     id bigint generated always as identity primary key, "user name" text unique, bytes bytea, at timestamptz,
     double_id bigint generated always as (id * 2) stored, friend bigint references user_account);
   create table audit (number bigserial primary key, user_id bigint references user_account, detail jsonb);
   alter table user_account add last_audit bigint references audit deferrable initially deferred;
   create view people as select "user name" from user_account;
   create function refuse() returns trigger language plpgsql as $$ begin raise exception 'never'; end $$;
   create trigger audit_is_kept before update or delete or truncate on audit for each statement execute function refuse();
   create type mood as enum ('fine');`,
)
const SECOND = migration('0002-more.sql', `alter table user_account add email text not null default 'none'`)

/** Kept over all tests, so that the cluster is. */
let standby: TestDatabase
beforeAll(async () => {
  standby = await startTestDatabase({ migrated: false })
})
afterAll(() => standby.stop())

let folder: string
let source: TestDatabase
let target: TestDatabase
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-backup-'))
  source = await startTestDatabase({ migrated: false })
  target = await startTestDatabase({ migrated: false })
  await migrate(source.sql, [FIRST])
  await source.sql`
    insert into user_account ("user name", bytes, at, friend) values
      ('ada', '\\x00ff0a5c', '2026-01-02T03:04:05.678Z', 2), ('tab\there\\ "quoted"', null, null, 1)`
  await source.sql`insert into audit (user_id, detail) values (1, '{"a": "\\n"}')`
  await source.sql`update user_account set last_audit = 1 where id = 1`
  mkdirSync(join(folder, 'source-blobs', 'ab'), { recursive: true })
  writeFileSync(join(folder, 'source-blobs', 'ab', 'cdef'), Buffer.alloc(3_000_000, 7))
  writeFileSync(join(folder, 'source-blobs', 'empty'), '')
  writeFileSync(join(folder, 'source-blobs', '.unclaimed'), 'of this folder alone')
})
afterEach(async () => {
  await source.stop()
  await target.stop()
  rmSync(folder, { recursive: true })
})

const file = () => join(folder, 'backup')
const targetBlobs = () => join(folder, 'target-blobs')
const back = (migrations: readonly Migration[]) => ({
  sql: target.sql,
  blobFolder: targetBlobs(),
  migrations: inOrder(migrations),
})

async function backUp() {
  await writeBackup({ sql: source.sql, blobFolder: join(folder, 'source-blobs'), version: '1.2.3' }, file())
  return openBackup(file())
}

async function rowsOf({ sql }: TestDatabase) {
  return { users: await sql`select * from user_account order by id`, audit: await sql`select * from audit` }
}

test('a backup brings back every row, every file and the next number', async () => {
  await restoreBackup(await backUp(), back([FIRST]))
  expect(await rowsOf(target)).toEqual(await rowsOf(source))
  expect(readFileSync(join(targetBlobs(), 'ab', 'cdef'))).toHaveLength(3_000_000)
  expect(readFileSync(join(targetBlobs(), 'empty'))).toHaveLength(0)
  expect(existsSync(join(targetBlobs(), '.unclaimed'))).toBe(false)
  const [next] = await target.sql`insert into user_account ("user name") values ('new') returning id::int`
  expect(next).toEqual({ id: 3 })
})

test('what protects the tables is back after a restore', async () => {
  await restoreBackup(await backUp(), back([FIRST]))
  await expect(target.sql`delete from audit`).rejects.toThrow('never')
  await expect(target.sql`insert into audit (user_id) values (99)`).rejects.toThrow(/foreign key/)
})

test('a backup of an older version is brought up to the present one', async () => {
  await restoreBackup(await backUp(), back([FIRST, SECOND]))
  expect(await target.sql`select email from user_account`).toEqual([{ email: 'none' }, { email: 'none' }])
  expect(await migrate(target.sql, [FIRST, SECOND])).toEqual([])
})

test('a backup of a newer version is refused', async () => {
  await migrate(source.sql, [FIRST, SECOND])
  await expect(restoreBackup(await backUp(), back([FIRST]))).rejects.toThrow(/newer.*0002-more/s)
})

test('a restore replaces everything that was there', async () => {
  await migrate(target.sql, [FIRST])
  await target.sql`insert into user_account ("user name") values ('gone')`
  mkdirSync(targetBlobs())
  writeFileSync(join(targetBlobs(), 'gone'), 'gone')
  expect(await target.sql.begin(hasUsers)).toBe(true)
  await restoreBackup(await backUp(), back([FIRST]))
  expect(await rowsOf(target)).toEqual(await rowsOf(source))
  expect(existsSync(join(targetBlobs(), 'gone'))).toBe(false)
})

test('a restore that fails in the middle changes nothing', async () => {
  await migrate(target.sql, [FIRST])
  await target.sql`insert into user_account ("user name") values ('stays')`
  mkdirSync(targetBlobs())
  writeFileSync(join(targetBlobs(), 'stays'), 'stays')
  const broken = migration('0002-more.sql', 'alter table user_account add nonsense')
  await expect(restoreBackup(await backUp(), back([FIRST, broken]))).rejects.toThrow()
  expect(await target.sql`select "user name" from user_account`).toEqual([{ 'user name': 'stays' }])
  expect(existsSync(join(targetBlobs(), 'stays'))).toBe(true)
})

test('a database of another program is left alone', async () => {
  await target.sql`create table theirs (n int)`
  await expect(restoreBackup(await backUp(), back([FIRST]))).rejects.toThrow(/another program/)
  expect(await target.sql`select to_regclass('theirs')::text as found`).toEqual([{ found: 'theirs' }])
})

test.each([
  ['one bit is different', (bytes: Buffer) => bytes.fill(bytes[900]! ^ 1, 900, 901)],
  ['the end is missing', (bytes: Buffer) => bytes.subarray(0, -100)],
  ['something follows', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
])('a damaged backup is refused before anything is changed: %s', async (_what, damage) => {
  await backUp()
  writeFileSync(file(), damage(readFileSync(file())))
  await expect(openBackup(file())).rejects.toThrow(/damaged|checksum/)
})

test('a file that is no backup, or is not there, is named', async () => {
  writeFileSync(file(), 'PK something else')
  await expect(openBackup(file())).rejects.toThrow(/not a backup of Reforms/)
  await expect(openBackup(join(folder, 'nowhere'))).rejects.toThrow(/nowhere cannot be read \(ENOENT\)/)
})

test('the file is what its description says: a line, a header in JSON, a checksum at the end', async () => {
  const { header } = await backUp()
  const bytes = readFileSync(file())
  const [first, second] = bytes.toString('latin1').split('\n')
  expect(`${first}\n`).toBe(MAGIC)
  expect(JSON.parse(second ?? '')).toEqual(header)
  const digest = createHash('sha256').update(bytes.subarray(0, -DIGEST_BYTES)).digest()
  expect(bytes.subarray(-DIGEST_BYTES).equals(digest)).toBe(true)
  expect(header.tables).toContainEqual({ name: 'audit', columns: ['number', 'user_id', 'detail'] })
})
