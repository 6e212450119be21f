import { describe, expect, test } from 'vitest'
import { parseQuery } from './query.ts'
import { snippetOf } from './snippet.ts'

const shown = (text: string, typed: string) =>
  snippetOf(text, parseQuery(typed, 0).terms)
    .map((part) => (part.found ? `[${part.text}]` : part.text))
    .join('')

describe('the snippet of a message', () => {
  test.each([
    ['Lunch at noon?', 'lunch', '[Lunch] at noon?'],
    ['The rotas are done', 'rota', 'The [rotas] are done'],
    ['The rotas are done', '"rota"', 'The rotas are done'],
    ['Žofie came', 'zof', '[Žofie] came'],
    ['明日は東京に行く', '東京', '明日は[東京]に行く'],
    ['เขาไปโรงพยาบาลแล้ว', 'โรงพยาบาล', 'เขาไป[โรงพยาบาล]แล้ว'],
    ['**Bold** and `code`\n> said', 'code', 'Bold and [code] said'],
    ['one two', '', 'one two'],
  ])('%s for %s', (text, typed, snippet) => {
    expect(shown(text, typed)).toBe(snippet)
  })

  test('a long message is cut around what was found', () => {
    const text = `${'before '.repeat(100)}needle ${'after '.repeat(100)}`
    const snippet = shown(text, 'needle')
    expect(snippet).toMatch(/^…(before )+\[needle\] (after )+…$/)
    expect(snippet.length).toBeLessThan(200)
  })
})
