/** Marks of Markdown around what is selected in a field: what a shortcut changes, and where the caret stands then. */
import { isShortcut } from '../../frame/shortcuts.ts'

export interface Format {
  name: 'bold' | 'italic' | 'code' | 'struck' | 'spoiler' | 'link'
  shortcut?: string
}

export const FORMATS: readonly Format[] = [
  { name: 'bold', shortcut: 'Ctrl+B' },
  { name: 'italic', shortcut: 'Ctrl+I' },
  { name: 'code', shortcut: 'Ctrl+E' },
  { name: 'struck', shortcut: 'Ctrl+Shift+X' },
  { name: 'link', shortcut: 'Ctrl+K' },
  { name: 'spoiler' },
]

const MARKS = { bold: '**', italic: '_', code: '`', struck: '~~', spoiler: '||' }
const FENCE = '```'
const ADDRESS = 'https://'

/** In the place of what stands from `from` to `to` comes `words`; then `start` to `end` is selected. */
export interface Change {
  from: number
  to: number
  words: string
  start: number
  end: number
}

/** Around what is selected, or around the caret. The same once more takes the marks away. */
export function changeFor(text: string, from: number, to: number, { name }: Format): Change {
  const selected = text.slice(from, to)
  if (name === 'link') {
    const words = `[${selected}](${ADDRESS})`
    const start = selected === '' ? from + 1 : from + selected.length + 3
    return { from, to, words, start, end: selected === '' ? start : start + ADDRESS.length }
  }
  if (name === 'code' && selected.includes('\n')) {
    const words = `${FENCE}\n${selected}\n${FENCE}`
    return { from, to, words, start: from + FENCE.length, end: from + FENCE.length }
  }
  return toggled(text, from, to, MARKS[name])
}

function toggled(text: string, from: number, to: number, mark: string): Change {
  const selected = text.slice(from, to)
  const size = mark.length
  if (text.slice(from - size, from) === mark && text.slice(to, to + size) === mark) {
    return { from: from - size, to: to + size, words: selected, start: from - size, end: to - size }
  }
  return { from, to, words: `${mark}${selected}${mark}`, start: from + size, end: to + size }
}

type Keys = Parameters<typeof isShortcut>[0]

/** A link is made of words that are selected; with none, its keys do what they do everywhere. */
export function formatFor(event: Keys, hasSelection: boolean): Format | undefined {
  const format = FORMATS.find(({ shortcut }) => shortcut !== undefined && isShortcut(event, shortcut))
  return format?.name === 'link' && !hasSelection ? undefined : format
}
