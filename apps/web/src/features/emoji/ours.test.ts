import type { EmojiId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { nameIn, spaced, splitByOurs } from './ours.ts'

const ours = new Map([
  ['thank_you_ward', '1' as EmojiId],
  ['ok', '2' as EmojiId],
])
const marked = (words: string) =>
  splitByOurs(words, ours)
    .map((part) => (typeof part === 'string' ? part : `<${part.name}>`))
    .join('')

describe('EMO-3: the organisation’s emoji in words', () => {
  it('are their names between colons', () => {
    expect(marked('Done :thank_you_ward:')).toBe('Done <thank_you_ward>')
    expect(marked(':ok::ok: (:ok:), :ok:.')).toBe('<ok><ok> (<ok>), <ok>.')
    expect(marked('東京 :ok:')).toBe('東京 <ok>')
  })

  it('stay words where the name is not known, or a letter or digit touches it', () => {
    for (const words of [':gone:', 'at 10:ok:30', 'a:ok:', ':ok:s', ':OK:', ': ok :', 'é:ok:', '']) {
      expect(marked(words)).toBe(words)
    }
  })

  it('as a reaction are nothing else', () => {
    expect(nameIn(':ok:')).toBe('ok')
    for (const sign of ['👍', 'ok', ':ok: ', ':ok::ok:', ':a b:']) expect(nameIn(sign)).toBeUndefined()
  })

  it('keep a distance from letters when they are chosen', () => {
    expect(spaced('Thanks', ':ok:', 'all')).toBe(' :ok: ')
    expect(spaced('Thanks ', ':ok:', '.')).toBe(':ok:')
    expect(spaced('Thanks', '👍', 'all')).toBe('👍')
  })
})
