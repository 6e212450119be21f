import type { EmojiId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { begunEmoji, emojiFor } from './completing.ts'

const ours = new Map([
  ['thank_you_ward', '1' as EmojiId],
  ['big-thanks', '2' as EmojiId],
])
const found = (words: string) => emojiFor({ start: 0, words }, ours).map(({ name, sign }) => [name, sign])

describe('an emoji that is being typed', () => {
  it('begins with a colon at the beginning of a word, and two letters', () => {
    expect(begunEmoji('Well :Tha', 9)).toEqual({ start: 5, words: 'tha' })
    expect(begunEmoji('(:th', 4)).toEqual({ start: 1, words: 'th' })
    for (const text of [':', ':t', ':)', 'at 10:30', 'https://example', 'so:that', ':tha:'])
      expect(begunEmoji(text, text.length)).toBeUndefined()
  })

  it('is found among ours and the standard ones, by the beginning first', () => {
    expect(found('tha')).toEqual([
      [':thank_you_ward:', ':thank_you_ward:'],
      [':thank_you:', '🙏'],
      [':big-thanks:', ':big-thanks:'],
    ])
    expect(found('heart_e')).toEqual([[':heart_eyes:', '😍']])
    expect(found('no such')).toEqual([])
    expect(found('a').length).toBe(6)
  })
})
