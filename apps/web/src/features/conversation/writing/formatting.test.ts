import { expect, test } from 'vitest'
import { changeFor, FORMATS, formatFor, type Format } from './formatting.ts'

const named = (name: Format['name']) => FORMATS.find((format) => format.name === name)!

/** The text with what is selected in brackets. */
function after(marked: string, name: Format['name']): string {
  const [before = '', selected = '', rest = ''] = marked.split(/[⟨⟩]/)
  const text = before + selected + rest
  const { from, to, words, start, end } = changeFor(
    text,
    before.length,
    before.length + selected.length,
    named(name),
  )
  const next = text.slice(0, from) + words + text.slice(to)
  return `${next.slice(0, start)}⟨${next.slice(start, end)}⟩${next.slice(end)}`
}

test.each([
  ['a ⟨b⟩ c', 'bold', 'a **⟨b⟩** c'],
  ['a **⟨b⟩** c', 'bold', 'a ⟨b⟩ c'],
  ['⟨⟩', 'italic', '_⟨⟩_'],
  ['⟨x⟩', 'code', '`⟨x⟩`'],
  ['⟨x\ny⟩', 'code', '```⟨⟩\nx\ny\n```'],
  ['⟨x⟩', 'struck', '~~⟨x⟩~~'],
  ['⟨x⟩', 'spoiler', '||⟨x⟩||'],
  ['see ⟨here⟩', 'link', 'see [here](⟨https://⟩)'],
  ['⟨⟩', 'link', '[⟨⟩](https://)'],
] as const)('%s, %s: %s', (before, name, expected) => {
  expect(after(before, name)).toBe(expected)
})

const keys = { ctrlKey: true, metaKey: false, altKey: false, shiftKey: false }

test('Ctrl K makes a link of what is selected, and is left to the rest of the page with nothing selected', () => {
  expect(formatFor({ ...keys, key: 'k' }, true)?.name).toBe('link')
  expect(formatFor({ ...keys, key: 'k' }, false)).toBeUndefined()
  expect(formatFor({ ...keys, key: 'b' }, false)?.name).toBe('bold')
  expect(formatFor({ ...keys, key: 'X', shiftKey: true }, false)?.name).toBe('struck')
})
