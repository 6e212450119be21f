import { expect, test } from 'vitest'
import { text } from './index.ts'
import { number, plural } from './language.ts'
import { isPseudo, pseudo, pseudoWords } from './pseudo.ts'

test('numbers are written, and their forms chosen, as the language wants', () => {
  const messages = { one: '# message', other: '# messages' }
  expect([0, 1, 2, 12_345].map((count) => plural(count, messages))).toEqual([
    '0 messages',
    '1 message',
    '2 messages',
    '12,345 messages',
  ])
  expect(plural(1, { other: '# unread' })).toBe('1 unread')
  expect(number(40_000)).toBe('40,000')
})

test('the pseudo-language is asked for by name', () => {
  expect(isPseudo('?lang=ar-XB')).toBe(true)
  for (const search of ['', '?lang=en', '?lang', undefined]) expect(isPseudo(search)).toBe(false)
})

test('in the pseudo-language every text runs from right to left and is longer, whatever form it has', () => {
  const turned = pseudo(text)
  expect(pseudoWords('Sign in')).toBe('\u202eSiign\u202c \u202eiin\u202c')
  expect(turned.entry.signIn).toBe(pseudoWords(text.entry.signIn))
  expect(turned.entry.word(3)).toBe(pseudoWords(text.entry.word(3)))
  expect(turned.entry.insecureSteps).toEqual(text.entry.insecureSteps.map(pseudoWords))
  expect(turned.frame.presence.online).toBe(pseudoWords(text.frame.presence.online))
})
