/** A message's words in one line, for lists and notifications: without the marks of Markdown, spoilers covered. */
import { cleanName, withoutSpoilers } from '@reforms/protocol'

/** Marks and line ends take room too: so much more is looked at than is shown. */
const LOOKED_AT_TIMES = 4

const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]+`)/
const FENCE = /^```(?:[^\n`]*\n)?|```$/g

/** What stands at the beginning of a line: headings, quotes, lists with their boxes. */
const LINE_MARK = /^[ \t]{0,8}(?:#{1,6}[ \t]+|(?:>[ \t]?)+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)/gm
/** A line across, or the one under the head of a table. */
const RULE_LINE = /^[|: \t]*-{3,}[-|: \t]*$/gm
const TABLE_ROW = /^\|.*$/gm
const LINK = /\[([^\]\n]+)\]\([^()\s]+\)/g
const STRONG = /(\*{2,3}|~~)(?=\S)([^\n]+?)(?<=\S)\1/g
const SLANTED = /(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\p{L}\p{N}*])/gu
const UNDERSCORED = /(?<![\p{L}\p{N}_])(__|_)(?=\S)([^_\n]+)(?<=\S)\1(?![\p{L}\p{N}_])/gu
const ESCAPED = /\\([\\`*_~#>|[\]()+-])/g

export function plainLine(text: string, maxCharacters: number): string {
  const covered = withoutSpoilers(text).slice(0, maxCharacters * LOOKED_AT_TIMES)
  const words = covered.split(CODE).map((part, index) => (index % 2 === 1 ? bareCode(part) : bare(part)))
  return cleanName(words.join('').slice(0, maxCharacters))
}

function bareCode(code: string): string {
  return code.startsWith('```') ? code.replaceAll(FENCE, '') : code.slice(1, -1)
}

function bare(words: string): string {
  return words
    .replaceAll(RULE_LINE, '')
    .replaceAll(LINE_MARK, '')
    .replaceAll(TABLE_ROW, (row) => row.replaceAll('|', ' '))
    .replaceAll(LINK, '$1')
    .replaceAll(STRONG, '$2')
    .replaceAll(SLANTED, '$1')
    .replaceAll(UNDERSCORED, '$2')
    .replaceAll(ESCAPED, '$1')
}
