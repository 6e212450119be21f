/** The keys that do things, in one table: for the sheet that shows them, for tooltips, and for recognising them. */
import { text } from '../../text/index.ts'

export const PALETTE_SHORTCUT = 'Ctrl+K'
export const SEARCH_SHORTCUT = 'Ctrl+Shift+F'
export const ATTACH_SHORTCUT = 'Ctrl+Shift+U'
export const EMOJI_SHORTCUT = 'Ctrl+Shift+E'
export const LATER_SHORTCUT = 'Ctrl+Shift+Enter'
export const VOICE_SHORTCUT = 'Ctrl+Shift+L'
export const PREVIEW_SHORTCUT = 'Ctrl+Shift+P'
export const DETAILS_SHORTCUT = 'Ctrl+.'
export const NEXT_SHORTCUT = 'Alt+ArrowDown'
export const PREVIOUS_SHORTCUT = 'Alt+ArrowUp'
export const UNREAD_SHORTCUT = 'Alt+Shift+ArrowDown'
/** While a message has the focus. */
export const REPLY_KEY = 'R'
export const THREAD_KEY = 'T'
export const EDIT_KEY = 'E'
export const REACT_KEY = '+'
export const PIN_KEY = 'P'
export const FORWARD_KEY = 'F'
export const QUOTE_KEY = 'Q'
export const LINK_KEY = 'L'
export const COPY_KEY = 'C'
export const SAVE_KEY = 'S'
export const REMIND_KEY = 'M'
export const DELETE_KEY = 'Delete'
/** While a line of a list of one's own has the focus. */
export const DONE_KEY = 'E'
export const SNOOZE_KEY = 'H'

export const SHORTCUTS: readonly { keys: string; does: string }[] = [
  { keys: PALETTE_SHORTCUT, does: text.frame.shortcutPalette },
  { keys: SEARCH_SHORTCUT, does: text.frame.shortcutSearch },
  { keys: NEXT_SHORTCUT, does: text.frame.shortcutNext },
  { keys: PREVIOUS_SHORTCUT, does: text.frame.shortcutPrevious },
  { keys: UNREAD_SHORTCUT, does: text.frame.shortcutUnread },
  { keys: DETAILS_SHORTCUT, does: text.frame.shortcutDetails },
  { keys: 'Enter', does: text.frame.shortcutSend },
  { keys: 'Shift+Enter', does: text.frame.shortcutLine },
  { keys: LATER_SHORTCUT, does: text.later.send },
  { keys: ATTACH_SHORTCUT, does: text.frame.shortcutAttach },
  { keys: EMOJI_SHORTCUT, does: text.frame.shortcutEmoji },
  { keys: VOICE_SHORTCUT, does: text.voice.record },
  { keys: 'Ctrl+B', does: text.frame.shortcutBold },
  { keys: 'Ctrl+I', does: text.frame.shortcutItalic },
  { keys: 'Ctrl+E', does: text.frame.shortcutCode },
  { keys: 'Ctrl+Shift+X', does: text.frame.shortcutStruck },
  { keys: PALETTE_SHORTCUT, does: text.frame.shortcutWebLink },
  { keys: PREVIEW_SHORTCUT, does: text.frame.shortcutPreview },
  { keys: 'ArrowUp', does: text.frame.shortcutEditLast },
  { keys: 'Shift+Tab', does: text.frame.shortcutToMessages },
  { keys: REPLY_KEY, does: text.frame.shortcutReply },
  { keys: THREAD_KEY, does: text.frame.shortcutThread },
  { keys: REACT_KEY, does: text.frame.shortcutReact },
  { keys: EDIT_KEY, does: text.frame.shortcutEdit },
  { keys: PIN_KEY, does: text.frame.shortcutPin },
  { keys: FORWARD_KEY, does: text.frame.shortcutForward },
  { keys: QUOTE_KEY, does: text.frame.shortcutQuote },
  { keys: LINK_KEY, does: text.frame.shortcutLink },
  { keys: COPY_KEY, does: text.frame.shortcutCopy },
  { keys: SAVE_KEY, does: text.frame.shortcutSave },
  { keys: REMIND_KEY, does: text.personal.remindTitle },
  { keys: DELETE_KEY, does: text.frame.shortcutDelete },
  { keys: 'ArrowDown', does: text.frame.shortcutLines },
  { keys: DONE_KEY, does: text.frame.shortcutDone },
  { keys: SNOOZE_KEY, does: text.frame.shortcutSnooze },
  { keys: 'Escape', does: text.frame.shortcutBack },
  { keys: '?', does: text.frame.shortcutHelp },
]

interface Keys {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** Whether a key event is that shortcut; the Command key of a Mac counts as Ctrl. */
export function isShortcut(event: Keys, shortcut: string): boolean {
  const parts = shortcut.toLowerCase().split('+')
  const wants = (modifier: string) => parts.includes(modifier)
  return (
    event.key.toLowerCase() === parts.at(-1) &&
    (event.ctrlKey || event.metaKey) === wants('ctrl') &&
    event.altKey === wants('alt') &&
    event.shiftKey === wants('shift')
  )
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}

/** "Ctrl+K" as this keyboard writes it. */
export function keysOf(shortcut: string): string[] {
  const arrows: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑' }
  const mac: Record<string, string> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' }
  // The plus itself is a key too.
  return shortcut.split(/(?<=[^+])\+/).map((key) => arrows[key] ?? (isMac() ? (mac[key] ?? key) : key))
}
