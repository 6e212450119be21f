/** Whatever is typed is a query that FTS5 takes, and finds no more than its words say. */
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openMemoryDatabase } from '../../node/sqlite-database.ts'
import { snippetOf } from './snippet.ts'
import { matchOfTerm, parseQuery } from './query.ts'
import { composed, indexedWords } from './words.ts'

const NOW = Date.UTC(2026, 4, 15)
const database = openMemoryDatabase()
database.exec("CREATE VIRTUAL TABLE found USING fts5(words, marks, tokenize = 'ascii')")
afterAll(() => database.close())

const syntax = fc.constantFrom(
  '"',
  '*',
  '(',
  ')',
  ':',
  '^',
  '-',
  '+',
  '{',
  '}',
  ' AND ',
  ' OR ',
  ' NOT ',
  'NEAR(',
  'words:',
  'marks:',
  'from:',
  'on:',
  '\0',
  ';',
  '東',
  'ば',
  '🎉',
  ' ',
)
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fc.oneof(syntax, fc.string({ maxLength: 4 })), { maxLength: 30 }).map((parts) => parts.join('')),
)

test('SRCH-3: no text is an error, and none reaches another column than the words', () => {
  database.run('INSERT INTO found (rowid, words, marks) VALUES (1, ?, ?)', ['nothing of this', 'secretmark'])
  fc.assert(
    fc.property(typed, (text) => {
      for (const term of parseQuery(`${text} secretmark`, NOW).terms) {
        const match = matchOfTerm(term)
        const rows = database.all('SELECT words FROM found WHERE found MATCH ?', [match])
        if (match.includes('secretmark')) expect(rows).toEqual([])
      }
    }),
  )
  database.exec('DELETE FROM found')
})

test('a text is found by any of its own words, and its snippet is made of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), (text, pick) => {
      database.exec('DELETE FROM found')
      database.run('INSERT INTO found (rowid, words, marks) VALUES (1, ?, ?)', [indexedWords(text), ''])
      const parts = composed(text)
        .split(/[\s"]+/)
        .filter(Boolean)
      const part = parts[pick % Math.max(1, parts.length)] ?? ''
      const { terms } = parseQuery(`"${part}"`, NOW)
      for (const term of terms) {
        expect(database.all('SELECT rowid FROM found WHERE found MATCH ?', [matchOfTerm(term)])).toHaveLength(
          1,
        )
      }
      const snippet = snippetOf(text, terms)
      expect(snippet.every((each) => each.text !== '')).toBe(true)
    }),
  )
})
