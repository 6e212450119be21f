import { describe, expect, test } from 'vitest'
import { deviceNameOf } from './device-name.ts'
import { emptyWords, placeWords } from './phrase-words.ts'
import { strengthOf } from './strength.ts'
import { suggestUserName } from './user-name.ts'

const TWELVE = 'abandon ability able about above absent absorb abstract absurd abuse access accident'

describe('typing a recovery phrase', () => {
  test('a whole phrase pasted anywhere fills all fields', () => {
    const placed = placeWords(emptyWords(), 4, `  ${TWELVE.toUpperCase()}\n`)
    expect(placed.words.join(' ')).toBe(TWELVE)
    expect(placed.focus).toBe(12)
  })

  test('a numbered list is understood', () => {
    const numbered = TWELVE.split(' ')
      .map((word, index) => `${index + 1}. ${word}`)
      .join('\n')
    expect(placeWords(emptyWords(), 0, numbered).words.join(' ')).toBe(TWELVE)
  })

  test('a space goes to the next field, a letter stays', () => {
    expect(placeWords(emptyWords(), 2, 'able ')).toMatchObject({ focus: 3 })
    expect(placeWords(emptyWords(), 2, 'abl')).toMatchObject({ focus: 2 })
  })

  test('some words spread from where they are pasted and never beyond the last', () => {
    const { words } = placeWords(emptyWords(), 10, 'one two three')
    expect(words.slice(9)).toEqual(['', 'one', 'two'])
    expect(words).toHaveLength(12)
  })
})

describe('strength of a password', () => {
  test.each([
    ['', 0],
    ['short', 1],
    ['password123', 1],
    ['aaaaaaaaaaaaaaa', 1],
    ['1234567890', 1],
    ['miriamokafor', 1],
    ['lake otter nine', 3],
    ['correct horse battery staple', 4],
  ])('%j is at level %i', (password, level) => {
    expect(strengthOf(password, ['Miriam', 'Okafor']).level).toBe(level)
  })
})

describe('names', () => {
  test.each([
    ['Ana María Ruiz', 'ana.ruiz'],
    ['  Jürgen  Groß ', 'jurgen.gross'],
    ['Cher', 'cher'],
    ['佐藤', ''],
  ])('%j suggests %j', (name, userName) => {
    expect(suggestUserName(name)).toBe(userName)
  })

  test('a device is called by its browser and system', () => {
    expect(deviceNameOf('Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0')).toBe(
      'Firefox on Linux',
    )
    expect(
      deviceNameOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0'),
    ).toBe('Edge on Windows')
    expect(deviceNameOf('something')).toBe('Browser on this computer')
  })
})
