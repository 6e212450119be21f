/**
 * What is pasted into the field: files are attached; words that come with a form become Markdown; anything else the browser pastes
 * as it is. A page of somebody else's is read by the browser's own safe parser, and is never part of this one.
 */
import { isSafeLink } from '../markdown/parser.ts'

export type Pasted = { files: File[] } | { words: string }

/** Spreadsheets and word processors put a picture of the words beside them: then the words are meant. */
export function readPasted(data: DataTransfer): Pasted | undefined {
  const html = data.getData('text/html')
  const plain = data.getData('text/plain')
  const files = [...data.files]
  if (files.length > 0 && (html === '' || plain.trim() === '')) return { files }
  const words = html === '' ? '' : markdownOf(html)
  // Without a form there is nothing to do better than the browser.
  return words === '' || words === plain.trim() ? undefined : { words }
}

type SafeParser = { parseHTML?: (html: string) => Document }

/** Longer pages are pasted as plain words. */
const HTML_MAX_CHARACTERS = 500_000

/** Empty where this browser has no parser that a page may use under Trusted Types. */
function markdownOf(html: string): string {
  const { parseHTML } = Document as SafeParser
  if (!parseHTML || html.length > HTML_MAX_CHARACTERS) return ''
  const { body } = parseHTML.call(Document, html)
  return keepsSpaces(body) ? '' : tidied(written(body))
}

/** As code editors have it: each space and line counts, and the plain words have them. What is in `<pre>` is written with its own. */
export function keepsSpaces(piece: Piece): boolean {
  if (/^pre$/i.test(piece.nodeName)) return false
  const style = piece.getAttribute?.('style') ?? ''
  return /white-space:\s*pre(?![-\w])/i.test(style) || Array.from(piece.childNodes).some(keepsSpaces)
}

/** Before and after what stands on lines of its own. Words have none: it is a space, and each space in them is a plain one. */
const LINE_EDGE = '\v'

export function tidied(words: string): string {
  return words
    .replaceAll(/[ \t]*\v[ \t\v]*/g, LINE_EDGE)
    .replaceAll(/\v?\n\v?/g, '\n')
    .replaceAll(LINE_EDGE, '\n')
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

const AROUND: Record<string, string> = {
  strong: '**',
  b: '**',
  em: '_',
  i: '_',
  s: '~~',
  del: '~~',
  strike: '~~',
  code: '`',
}
const BLOCKS = /^(?:p|section|article|header|footer|main|figure|dl|dt|dd|ul|ol|form|fieldset)$/
const HEADING = /^h[1-6]$/
const NOT_WORDS =
  /^(?:script|style|head|title|meta|link|template|svg|img|video|audio|iframe|object|button|input)$/
const FENCE = '```'

/** The parts of what is pasted that an element's rules need; the browser's elements have them, and those of tests. */
export interface Piece {
  readonly nodeType: number
  readonly nodeName: string
  readonly textContent: string | null
  readonly childNodes: ArrayLike<Piece>
  getAttribute?(name: string): string | null
}
const TEXT = 3
const ELEMENT = 1

function inside(piece: Piece): string {
  return Array.from(piece.childNodes, written).join('')
}

export function written(piece: Piece): string {
  if (piece.nodeType === TEXT) return (piece.textContent ?? '').replaceAll(/\s+/g, ' ')
  if (piece.nodeType !== ELEMENT) return ''
  const name = piece.nodeName.toLowerCase()
  if (NOT_WORDS.test(name)) return ''
  if (Object.hasOwn(AROUND, name)) return around(piece, AROUND[name] ?? '')
  if (HEADING.test(name)) return `\n\n**${inside(piece).trim()}**\n\n`
  if (BLOCKS.test(name)) return `\n\n${inside(piece).trim()}\n\n`
  switch (name) {
    case 'div':
      return ownLine(piece)
    case 'br':
      return '\n'
    case 'hr':
      return '\n\n---\n\n'
    case 'a':
      return link(piece)
    case 'li':
      return item(piece)
    case 'pre':
      return `\n\n${FENCE}\n${(piece.textContent ?? '').replace(/\n$/, '')}\n${FENCE}\n\n`
    case 'blockquote':
      return `\n\n${tidied(inside(piece)).replaceAll(/^/gm, '> ')}\n\n`
    case 'table':
      return `\n\n${table(piece)}\n\n`
    default:
      return inside(piece)
  }
}

/** An empty one is how editors write an empty line. */
function ownLine(piece: Piece): string {
  const words = inside(piece)
  if (words.trim() === '') return words.includes('\n') ? '\n\n' : ''
  return `${LINE_EDGE}${words}${LINE_EDGE}`
}

/** Marks stand at the words, not at the spaces around them. Whole documents come inside of a `<b>` that is none. */
function around(piece: Piece, mark: string): string {
  const words = inside(piece)
  const isNone = /font-weight:\s*(?:normal|400)/.test(piece.getAttribute?.('style') ?? '')
  const bare = words.trim()
  if (bare === '' || isNone || /[\n\v]/.test(bare)) return words
  const [before = '', after = ''] = words.split(bare)
  return `${before}${mark}${bare}${mark}${after}`
}

function link(piece: Piece): string {
  const words = inside(piece).trim()
  const address = piece.getAttribute?.('href') ?? ''
  if (words === '' || !isSafeLink(address) || words === address) return words
  return `[${words.replaceAll(/[[\]\n\v]/g, ' ')}](${address.replaceAll(/[\s()]/g, escaped)})`
}

/** Of what would end an address in Markdown. */
function escaped(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
}

/** Numbers count themselves: Markdown goes on from the first. Lists in lists are set in. */
function item(piece: Piece): string {
  const isNumbered = /^ol$/i.test((piece as { parentNode?: Piece }).parentNode?.nodeName ?? '')
  const words = tidied(inside(piece)).replaceAll('\n\n', '\n').replaceAll('\n', '\n   ')
  return `\n${isNumbered ? '1.' : '-'} ${words}`
}

function table(piece: Piece): string {
  const rows = found(piece, /^tr$/i).map((row) =>
    found(row, /^t[hd]$/i).map((cell) =>
      tidied(inside(cell))
        .replaceAll(/\s*\n\s*/g, ' ')
        .replaceAll('|', '\\|'),
    ),
  )
  const width = Math.max(0, ...rows.map((row) => row.length))
  // A table of one column is how some pages set their words.
  if (width < 2) return rows.flat().join('\n\n')
  const line = (cells: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, index) => cells[index] ?? '').join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), line(Array.from({ length: width }, () => '---')), ...rest.map(line)].join('\n')
}

function found(piece: Piece, name: RegExp): Piece[] {
  return Array.from(piece.childNodes).flatMap((child) =>
    name.test(child.nodeName) ? [child] : found(child, name),
  )
}
