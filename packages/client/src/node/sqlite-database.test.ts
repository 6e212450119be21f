/** The Node adapter of the Database port keeps the contract, in memory and in a file; and a file has one owner. */
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { databaseContract, durableDatabaseContract } from '../database.contract.ts'
import { openFileDatabase, openMemoryDatabase } from './sqlite-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'reforms-database-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a database in memory', () => {
  test.each(databaseContract)('$title', ({ run }) => expect(() => run(openMemoryDatabase)).not.toThrow())
})

describe('a database in a file', () => {
  const file = join(folder, 'contract.db')
  const cases = [...databaseContract, ...durableDatabaseContract]
  test.each(cases)('$title', ({ run }) => expect(() => run(() => openFileDatabase(file))).not.toThrow())

  test('is given to one at a time', () => {
    const first = openFileDatabase(file)
    expect(() => openFileDatabase(file)).toThrow(/in use/)
    first.close()
    openFileDatabase(file).close()
  })

  test('overwrites what is deleted', () => {
    const database = openFileDatabase(file)
    database.exec('CREATE TABLE secret (text TEXT)')
    database.run('INSERT INTO secret VALUES (?)', ['the password is swordfish'])
    expect(readFileSync(file).includes('swordfish')).toBe(true)
    database.exec('DELETE FROM secret')
    database.close()
    expect(readFileSync(file).includes('swordfish')).toBe(false)
  })

  test('is taken over, with all that was committed, from an owner that was killed', async () => {
    const killed = join(folder, 'killed.db')
    const program = `
      import { openFileDatabase } from './sqlite-database.ts'
      const database = openFileDatabase(${JSON.stringify(killed)})
      database.exec('CREATE TABLE thing (id INTEGER)')
      for (let id = 1; ; id += 1) {
        database.transaction(() => database.run('INSERT INTO thing VALUES (?)', [id]))
        process.stdout.write(id + '\\n')
      }`
    const child = spawn(process.execPath, [await bundled(program)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let told = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text
      if (told.length > 200) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const lastTold = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1))
    expect(existsSync(`${killed}.lock`)).toBe(true)
    const database = openFileDatabase(killed)
    const { n } = database.all('SELECT max(id) AS n FROM thing')[0]!
    database.close()
    expect(lastTold).toBeGreaterThan(10)
    expect(n).toBeGreaterThanOrEqual(lastTold)
  })
})

/** A program over our sources as one file that Node runs, where Node finds the packages that it needs. */
async function bundled(contents: string): Promise<string> {
  const outfile = join(import.meta.dirname, '../../../../node_modules/.cache/reforms/database-owner.mjs')
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['node-sqlite3-wasm', 'ws', 'ts-mls'],
    logLevel: 'error',
  })
  return outfile
}
