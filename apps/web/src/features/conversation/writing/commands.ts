/** Commands that begin with a slash: what was typed, which there are, and which of them fit what is being typed. */

export const COMMANDS = ['poll', 'topic', 'invite', 'members', 'leave', 'search', 'code', 'spoiler'] as const
export type CommandName = (typeof COMMANDS)[number]

export type Typed =
  | { kind: 'words'; words: string }
  | { kind: 'command'; name: CommandName; rest: string }
  | { kind: 'unknown'; name: string }

const FORM = /^\/(\S*)\s*([\s\S]*)$/
const BEGUN = /^\/([a-z]*)$/

/** A message that begins with a slash is never sent by mistake; two slashes are one that is meant. */
export function readTyped(text: string): Typed {
  if (!text.startsWith('/')) return { kind: 'words', words: text }
  if (text.startsWith('//')) return { kind: 'words', words: text.slice(1) }
  const [, name = '', rest = ''] = FORM.exec(text) ?? []
  const known = COMMANDS.find((command) => command === name)
  return known ? { kind: 'command', name: known, rest } : { kind: 'unknown', name }
}

/** Undefined where no command is being typed. */
export function commandsFor(text: string, available: readonly CommandName[]): CommandName[] {
  const begun = BEGUN.exec(text)?.[1]
  return begun === undefined ? [] : available.filter((name) => name.startsWith(begun))
}

const FENCE = '```'

/** What is sent for a command that only gives its words a form; undefined for one that does something else. */
export function formOf(name: CommandName, rest: string): string | undefined {
  if (rest === '') return undefined
  if (name === 'code') return `${FENCE}\n${rest}\n${FENCE}`
  return name === 'spoiler' ? `||${rest}||` : undefined
}
