import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../database/testing.ts'
import { copyIn, copyOut } from './copy.ts'

const FRUIT = { name: 'fruit', columns: ['n', 'text'] }

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase({ migrated: false })
  await database.sql`create table fruit (n int primary key, text text)`
})
afterAll(() => database.stop())

async function* content(...rows: string[]): AsyncGenerator<Buffer> {
  for (const row of rows) yield Buffer.from(`${row}\n`)
}

async function readAll(): Promise<string> {
  return database.sql.begin(async (transaction) => {
    const chunks: Buffer[] = []
    for await (const chunk of copyOut(transaction, FRUIT)) chunks.push(chunk)
    // The connection goes on answering: this query would wait for ever on a paused socket.
    expect(await transaction`select 1 as one`).toEqual([{ one: 1 }])
    return Buffer.concat(chunks).toString()
  })
}

test.each([0, 1, 3, 20])(
  '%i rows of 30,000 characters come out, and the connection goes on',
  async (count) => {
    await database.sql`delete from fruit`
    const row = 'x'.repeat(30_000)
    for (let n = 0; n < count; n++) await database.sql`insert into fruit values (${n}, ${row})`
    expect((await readAll()).length).toBe(
      Array.from({ length: count }, (_, n) => `${n}\t${row}\n`).join('').length,
    )
  },
)

test('rows go in as they came out', async () => {
  await database.sql`delete from fruit`
  const rows = ['1\tpear', '2\t\\N', '3\ta\\tb']
  await database.sql.begin((transaction) => copyIn(transaction, FRUIT, content(...rows)))
  expect(await readAll()).toBe(`${rows.join('\n')}\n`)
})

test.each([
  ['at the last row', ['7\tplum', '7\tplum']],
  [
    'before the end',
    ['no number\tplum', ...Array.from({ length: 5000 }, (_, n) => `${n}\t${'y'.repeat(100)}`)],
  ],
])('rows that PostgreSQL refuses %s are an error, and nothing of them stays', async (_when, rows) => {
  await database.sql`delete from fruit`
  const load = database.sql.begin((transaction) => copyIn(transaction, FRUIT, content(...rows)))
  await expect(load).rejects.toThrow()
  expect(await readAll()).toBe('')
})

test('a source that fails while rows go in is an error, and nothing of them stays', async () => {
  await database.sql`delete from fruit`
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('1\tplum\n')
    throw new Error('the file ends too early')
  }
  const load = database.sql.begin((transaction) => copyIn(transaction, FRUIT, failing()))
  await expect(load).rejects.toThrow('the file ends too early')
  expect(await readAll()).toBe('')
})
