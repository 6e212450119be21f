/**
 * How long a search takes over a hundred thousand messages in two hundred channels, in Node: rows, index and snippets, as a view asks
 * for them; and what the index costs. `npm run bench -- search`.
 */
import { openFileDatabase } from '@reforms/client/node'
import { createTestingSearch, fillTestingMessages, testingWord } from '@reforms/client/testing-messages'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine, figuresOf, print } from './figures.ts'

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 100_000)
const TIMES = Number(process.env['BENCH_TIMES'] ?? 20)

/** Each with a number that makes it another query each time. */
const QUERIES: [name: string, query: (time: number) => string][] = [
  ['a common word', (time) => `"${testingWord(time)}"`],
  ['a rare word', (time) => `"${testingWord(15_000 + time)}"`],
  ['a beginning of two letters', (time) => testingWord(time * 7).slice(0, 2)],
  ['a beginning of four letters', (time) => testingWord(time * 7).slice(0, 4)],
  ['two common words', (time) => `${testingWord(time)} ${testingWord(time + 1)}`],
  ['a common word of one person', (time) => `${testingWord(time)} from:person${time}`],
  ['a common word in one channel', (time) => `${testingWord(time)} in:"Channel ${time}"`],
  [
    'a word in Japanese',
    (time) => '東京都内会議室予約明日午後三時病院看護師夜勤交'.slice(time % 20, (time % 20) + 2),
  ],
  ['all of one person in one channel', (time) => `from:person${time} in:"Channel ${time}"`],
  ['a common word in threads', (time) => `${testingWord(time)} in:thread`],
  ['all of one person in threads', (time) => `from:person${time} in:thread`],
  ['all of one month', () => 'on:2023-11'],
  ['a word that nobody wrote', (time) => `zz${time}zz`],
]

process.stdout.write(`${describeMachine()}\n`)
const folder = mkdtempSync(join(tmpdir(), 'reforms-search-'))
const file = join(folder, 'profile.db')
const database = openFileDatabase(file)
try {
  const used = process.cpuUsage()
  fillTestingMessages(database, MESSAGES)
  const seconds = process.cpuUsage(used).user / 1e6
  const megabytes = statSync(file).size / 2 ** 20
  process.stdout.write(
    `${MESSAGES} messages stored and indexed: ${seconds.toFixed(1)} s of processor time, ${megabytes.toFixed(0)} MB\n\n`,
  )
  const search = createTestingSearch(database)
  const all: number[] = []
  for (const [name, query] of QUERIES) {
    const times = Array.from({ length: TIMES }, (_, time) => {
      const before = process.cpuUsage()
      search(query(time))
      const spent = process.cpuUsage(before)
      return (spent.user + spent.system) / 1000
    })
    all.push(...times)
    print(name, figuresOf(times))
  }
  print('all of them, processor time', figuresOf(all))
} finally {
  database.close()
  rmSync(folder, { recursive: true })
}
