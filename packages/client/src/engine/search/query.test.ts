import { describe, expect, test } from 'vitest'
import { matchOfTerm, parseQuery } from './query.ts'

const NOW = new Date(2026, 4, 15, 12).getTime()
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime()
const matches = (typed: string) => parseQuery(typed, NOW).terms.map(matchOfTerm)
const filters = (typed: string) => parseQuery(typed, NOW).filters

describe('what is typed into the search field', () => {
  test.each([
    ['rota', ['words : "rota" *']],
    ['Rota plan', ['words : "rota" *', 'words : "plan" *']],
    ['"night shift"', ['words : "night shift"']],
    ['"night shift', ['words : "night shift"']],
    ['x', ['words : "x"']],
    ["don't", ['words : "don t"']],
    ['192.168.0.12', ['words : "192 168 0 12" *']],
    ['東京', ['words : "東京"']],
    ['東京都', ['words : "東京 京都"']],
    ['猫', ['words : "猫" *']],
    ['東京tower', ['words : "東京 京 tower" *']],
    ['foo:bar', ['words : "foo bar" *']],
    ['https://example.org', ['words : "https example org" *']],
    [
      'OR AND NOT NEAR(a b)',
      ['words : "or" *', 'words : "and" *', 'words : "not" *', 'words : "near a"', 'words : "b"'],
    ],
    ['words : * ^ - { } ( )', ['words : "words" *']],
    ['', []],
    ['?!', []],
  ])('%s', (typed, expected) => {
    expect(matches(typed)).toEqual(expected)
  })

  test('filters stand anywhere, in any case, with names in quotation marks', () => {
    const query = parseQuery('from:@ana lunch IN:"Ward 3" has:files', NOW)
    expect(query.filters).toEqual([
      { kind: 'from', value: 'ana', start: 0, end: 9 },
      { kind: 'in', value: 'Ward 3', start: 16, end: 27 },
      { kind: 'has', value: 'files', has: 'file', start: 28, end: 37 },
    ])
    expect(query.terms.map(matchOfTerm)).toEqual(['words : "lunch" *'])
  })

  test('in:thread is not a channel’s name, unless it stands in quotation marks', () => {
    expect(filters('in:thread lunch IN:Threads in:"thread" in:threadbare')).toMatchObject([
      { kind: 'thread', value: 'thread' },
      { kind: 'thread', value: 'Threads' },
      { kind: 'in', value: 'thread' },
      { kind: 'in', value: 'threadbare' },
    ])
  })

  test.each([
    ['on:2026-02-03', { from: day(2026, 2, 3), to: day(2026, 2, 4) }],
    ['on:2026-02', { from: day(2026, 2, 1), to: day(2026, 3, 1) }],
    ['on:2026', { from: day(2026, 1, 1), to: day(2027, 1, 1) }],
    ['before:2026-02-03', { to: day(2026, 2, 3) }],
    ['after:2026-02-03', { from: day(2026, 2, 4) }],
    ['on:today', { from: day(2026, 5, 15), to: day(2026, 5, 16) }],
    ['after:yesterday', { from: day(2026, 5, 15) }],
    ['on:2026-02-30', undefined],
    ['on:2026-13', undefined],
    ['on:tomorrowish', undefined],
  ])('%s', (typed, times) => {
    expect(filters(typed)[0]).toMatchObject({ times })
  })

  test('what has: does not know is said to be unknown', () => {
    expect(filters('has:dragons')[0]).toMatchObject({ kind: 'has', has: undefined })
  })
})
