/**
 * What every adapter of the Database port does. The cases know no test runner, so that they also run in a browser's worker:
 * in Node a test makes one of each, in the browser a page runs them in a loop.
 */
import type { Database, SqlValue } from './ports.ts'

export interface ContractCase {
  readonly title: string
  /** Throws where the adapter does not keep the contract. `open` gives the database that was closed last, or a new one. */
  run(open: () => Database): void
}

class ContractBroken extends Error {
  override readonly name = 'ContractBroken'
}

export const databaseContract: readonly ContractCase[] = [
  {
    title: 'gives back every kind of value as it was stored',
    run: withTable((database) => {
      const values: SqlValue[][] = [
        [null],
        [0],
        [-5],
        [Number.MAX_SAFE_INTEGER],
        [1.5],
        [''],
        ['東京 🙂 "quoted" \' and ; -- more'],
        [new Uint8Array(0)],
        [Uint8Array.from({ length: 256 }, (_, index) => index)],
      ]
      for (const [value] of values) {
        database.run('DELETE FROM thing')
        database.run('INSERT INTO thing (id, value) VALUES (1, ?)', [value!])
        same(database.all('SELECT value FROM thing'), [{ value: value! }])
      }
    }),
  },
  {
    title: 'gives bytes that later reads do not overwrite',
    run: withTable((database) => {
      add(database, 1, Uint8Array.of(1, 2, 3))
      add(database, 2, Uint8Array.of(9, 9, 9))
      const read = (id: number) => database.all('SELECT value FROM thing WHERE id = ?', [id])[0]!['value']
      const first = read(1)
      read(2)
      same(first, Uint8Array.of(1, 2, 3))
    }),
  },
  {
    title: 'runs several statements at once, and gives rows in order',
    run: withTable((database) => {
      database.exec(`INSERT INTO thing VALUES (2, 'b'); INSERT INTO thing VALUES (1, 'a');`)
      same(database.all('SELECT id, value FROM thing ORDER BY id'), [
        { id: 1, value: 'a' },
        { id: 2, value: 'b' },
      ])
    }),
  },
  {
    title: 'returns rows of a change that asks for them, and leaves nothing open behind it',
    run: withTable((database) => {
      same(database.all('INSERT INTO thing VALUES (1, ?) RETURNING value', ['a']), [{ value: 'a' }])
      database.transaction(() => database.run('INSERT INTO thing VALUES (2, ?) RETURNING id', ['b']))
      same(count(database), 2)
    }),
  },
  {
    title: 'keeps a transaction that ends, and gives its result',
    run: withTable((database) => {
      const result = database.transaction(() => {
        add(database, 1, 'a')
        add(database, 2, 'b')
        return 'done'
      })
      same(result, 'done')
      same(count(database), 2)
    }),
  },
  {
    title: 'undoes all of a transaction that throws, and throws the same',
    run: withTable((database) => {
      const fault = new Error('on purpose')
      const thrown = thrownBy(() =>
        database.transaction(() => {
          add(database, 1, 'a')
          throw fault
        }),
      )
      same(thrown === fault, true)
      same(count(database), 0)
      database.transaction(() => add(database, 1, 'a'))
      same(count(database), 1)
    }),
  },
  {
    title: 'refuses a transaction in a transaction, and asynchronous work, and undoes what they did',
    run: withTable((database) => {
      const nested = () => database.transaction(() => add(database, 2, 'b'))
      throws(() => database.transaction(() => (add(database, 1, 'a'), nested())))
      throws(() => database.transaction(() => Promise.resolve(add(database, 1, 'a'))))
      same(count(database), 0)
    }),
  },
  {
    title: 'throws for what breaks a constraint, and takes the same statement again',
    run: withTable((database) => {
      add(database, 1, 'a')
      throws(() => add(database, 1, 'again'))
      throws(() => database.all('SELECT nothing FROM nowhere'))
      add(database, 2, 'b')
      same(count(database), 2)
    }),
  },
  {
    title: 'forgets parameters between two uses of one statement',
    run: withTable((database) => {
      add(database, 1, 'secret')
      database.run('INSERT INTO thing (id, value) VALUES (?, ?)', [2, null])
      same(database.all('SELECT value FROM thing WHERE id = 2'), [{ value: null }])
    }),
  },
  {
    title: 'follows a change of the tables under its prepared statements',
    run: withTable((database) => {
      add(database, 1, 'a')
      same(Object.keys(database.all('SELECT * FROM thing')[0]!).length, 2)
      database.exec('ALTER TABLE thing ADD COLUMN more TEXT')
      same(database.all('SELECT * FROM thing'), [{ id: 1, value: 'a', more: null }])
    }),
  },
  {
    title: 'uses more statements than it keeps',
    run: withTable((database) => {
      for (let n = 0; n < 300; n += 1) same(database.all(`SELECT ${n} AS n`), [{ n }])
      same(database.all('SELECT 0 AS n'), [{ n: 0 }])
    }),
  },
  {
    title: 'searches text (FTS5)',
    run: withTable((database) => {
      database.exec('CREATE VIRTUAL TABLE found USING fts5(text)')
      database.run('INSERT INTO found (rowid, text) VALUES (7, ?)', ['the quick brown fox'])
      same(database.all('SELECT rowid FROM found WHERE found MATCH ?', ['brown']), [{ rowid: 7 }])
    }),
  },
]

/** For adapters that keep something: what was committed is there when the database is opened again. */
export const durableDatabaseContract: readonly ContractCase[] = [
  {
    title: 'has what was committed when it is opened again, and nothing else',
    run(open) {
      const first = open()
      makeTable(first)
      first.transaction(() => add(first, 1, 'kept'))
      throws(() => first.transaction(() => (add(first, 2, 'undone'), first.exec('nonsense'))))
      first.close()
      const second = open()
      same(second.all('SELECT id, value FROM thing'), [{ id: 1, value: 'kept' }])
      second.exec('DROP TABLE thing')
      second.close()
    },
  },
]

function withTable(check: (database: Database) => void): ContractCase['run'] {
  return (open) => {
    const database = open()
    try {
      makeTable(database)
      check(database)
    } finally {
      database.exec('DROP TABLE IF EXISTS thing; DROP TABLE IF EXISTS found')
      database.close()
    }
  }
}

function makeTable(database: Database): void {
  database.exec('CREATE TABLE thing (id INTEGER PRIMARY KEY, value)')
}

function add(database: Database, id: number, value: SqlValue): void {
  database.run('INSERT INTO thing (id, value) VALUES (?, ?)', [id, value])
}

function count(database: Database): SqlValue {
  return database.all('SELECT count(*) AS n FROM thing')[0]!['n']!
}

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (problem) {
    return problem
  }
  return undefined
}

function throws(work: () => unknown): void {
  if (!(thrownBy(work) instanceof Error)) throw new ContractBroken(`nothing was thrown by ${String(work)}`)
}

function same(actual: unknown, expected: unknown): void {
  const [got, wanted] = [shown(actual), shown(expected)]
  if (got !== wanted) throw new ContractBroken(`expected ${wanted}, got ${got}`)
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? `bytes ${part.join(' ')}` : part,
  )
}
