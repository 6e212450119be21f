/** Writing into a field on somebody's behalf, so that the browser's own undo takes it back. */
import { changeFor, type Format } from './formatting.ts'

export function applyFormat(field: HTMLTextAreaElement | null, format: Format): void {
  if (!field) return
  const { value, selectionStart, selectionEnd } = field
  const { from, to, words, start, end } = changeFor(value, selectionStart, selectionEnd, format)
  field.focus()
  field.setSelectionRange(from, to)
  insertWords(field, words)
  field.setSelectionRange(start, end)
}

/** In the place of what is selected. There is no other way yet that undo knows of. */
export function insertWords(field: HTMLTextAreaElement, words: string): void {
  field.ownerDocument.execCommand(words === '' ? 'delete' : 'insertText', false, words)
}
