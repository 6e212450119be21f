import { expect, test } from 'vitest'
import { commandsFor, COMMANDS, formOf, readTyped } from './commands.ts'

test.each([
  ['hello', { kind: 'words', words: 'hello' }],
  ['a /topic b', { kind: 'words', words: 'a /topic b' }],
  ['//etc/hosts', { kind: 'words', words: '/etc/hosts' }],
  ['/topic Beds on ward 3', { kind: 'command', name: 'topic', rest: 'Beds on ward 3' }],
  ['/leave', { kind: 'command', name: 'leave', rest: '' }],
  ['/code a\n  b', { kind: 'command', name: 'code', rest: 'a\n  b' }],
  ['/etc/hosts is wrong', { kind: 'unknown', name: 'etc/hosts' }],
  ['/Topic x', { kind: 'unknown', name: 'Topic' }],
  ['/constructor', { kind: 'unknown', name: 'constructor' }],
  ['/', { kind: 'unknown', name: '' }],
])('%j', (text, typed) => {
  expect(readTyped(text)).toEqual(typed)
})

test('commands are completed at the beginning only, among those that can be used here', () => {
  expect(commandsFor('/', COMMANDS)).toEqual(COMMANDS)
  expect(commandsFor('/le', COMMANDS)).toEqual(['leave'])
  expect(commandsFor('/le', ['code'])).toEqual([])
  for (const text of ['', 'x', 'see /le', '/leave now', '//le'])
    expect(commandsFor(text, COMMANDS)).toEqual([])
})

test('code and spoilers are sent in their form', () => {
  expect(formOf('code', 'a')).toBe('```\na\n```')
  expect(formOf('spoiler', 'a')).toBe('||a||')
  expect(formOf('spoiler', '')).toBeUndefined()
  expect(formOf('leave', 'a')).toBeUndefined()
})
