import { describe, expect, it } from 'vitest'
import { plainLine } from './plain-line.ts'

const line = (text: string) => plainLine(text, 200)

describe('a message in one line', () => {
  it.each([
    ['**Bold**, _slanted_, *so too*, ~~gone~~ and `code`', 'Bold, slanted, so too, gone and code'],
    ['# Plan\n\n- one\n- [x] two\n> said', 'Plan one two said'],
    ['See [the rota](https://example.org/rota) now', 'See the rota now'],
    ['```python\nprint(1)\n```', 'print(1)'],
    ['| a | b |\n| --- | --- |\n| 1 | 2 |', 'a b 1 2'],
    ['It was ||the butler||', 'It was ▮▮▮'],
    ['**_both_**', 'both'],
  ])('is without the marks of %j', (text, plain) => expect(line(text)).toBe(plain))

  it.each([
    'snake_case_name and 2 * 3 * 4',
    '#general is no heading',
    'C:\\new is a path',
    '1. is a number',
    'a-b - c',
  ])('keeps what only looks like marks: %j', (text) => expect(line(text)).toBe(text))

  it('keeps marks in code, and a mark that nothing closes', () => {
    expect(line('`**x**` and **open')).toBe('**x** and **open')
  })

  it('is no longer than asked for, and quick for whatever is written', () => {
    const began = performance.now()
    for (const mark of ['*', '_', '`', '-', '>', '|', '[', '~', '\\'])
      expect(plainLine(mark.repeat(100_000), 300).length).toBeLessThanOrEqual(300)
    expect(performance.now() - began).toBeLessThan(500)
  })
})
