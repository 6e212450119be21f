/**
 * What our Markdown has besides the usual: ||what is covered until somebody wants to see it||, and mathematics between one or two
 * dollar signs. Rules for parser.ts.
 */
import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

export const SPOILER_MARK = '||'
/** As long as a page of mathematics; what is longer stays as it was written. */
export const FORMULA_MAX_CHARACTERS = 2000
/** Each costs time to draw. */
const FORMULAS_MAX = 200

/** The characters at which some rule may begin: the parser's own, and our bar. */
const ENDS_WORDS = /[\n!#$%&*+\-:<=>@[\\\]^_`{|}~]/g

export function addSyntax(parser: MarkdownIt): void {
  parser.inline.ruler.at('text', words)
  parser.inline.ruler.before('link', 'spoiler', spoiler)
  parser.inline.ruler.before('link', 'formula', formula)
  parser.block.ruler.before('fence', 'formula_block', formulaBlock, {
    alt: ['paragraph', 'blockquote', 'list'],
  })
}

function words(state: StateInline, silent: boolean): boolean {
  ENDS_WORDS.lastIndex = state.pos
  const end = Math.min(ENDS_WORDS.exec(state.src)?.index ?? state.posMax, state.posMax)
  if (end === state.pos) return false
  if (!silent) state.pending += state.src.slice(state.pos, end)
  state.pos = end
  return true
}

function spoiler(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (!src.startsWith(SPOILER_MARK, pos)) return false
  const from = pos + SPOILER_MARK.length
  const end = src.indexOf(SPOILER_MARK, from)
  if (end === -1 || end + SPOILER_MARK.length > posMax || src.slice(from, end).trim() === '') return false
  if (!silent) {
    state.push('spoiler_open', 'span', 1)
    state.pos = from
    state.posMax = end
    state.md.inline.tokenize(state)
    state.push('spoiler_close', 'span', -1)
    state.posMax = posMax
  }
  state.pos = end + SPOILER_MARK.length
  return true
}

/** As Pandoc has it: what opens stands before a character, what closes after one and before no digit. "$5 and $6" is money. */
const INLINE = /\$(?![\s$])([^$]*[^\s$\\])\$(?![\d$])/y
const DISPLAY = /\$\$([^$]+)\$\$/y

function formula(state: StateInline, silent: boolean): boolean {
  const isDisplay = state.src.startsWith('$$', state.pos)
  const pattern = isDisplay ? DISPLAY : INLINE
  pattern.lastIndex = state.pos
  const [whole = '', source = ''] = pattern.exec(state.src.slice(0, state.posMax)) ?? []
  if (whole === '' || !fits(state, source)) return false
  if (!silent) addFormula(state, source, isDisplay)
  state.pos += whole.length
  return true
}

function formulaBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineAt = (line: number) =>
    state.src.slice(at(state.bMarks, line) + at(state.tShift, line), at(state.eMarks, line))
  if (lineAt(startLine).trimEnd() !== '$$') return false
  let last = startLine + 1
  while (last < endLine && lineAt(last).trimEnd() !== '$$') last += 1
  const source = state.getLines(startLine + 1, Math.min(last, endLine), state.blkIndent, false)
  if (last >= endLine || !fits(state, source)) return false
  if (!silent) {
    addFormula(state, source, true)
    state.line = last + 1
  }
  return true
}

function at(places: readonly number[], line: number): number {
  return places[line] ?? 0
}

type Formulas = { formulas?: number }

function fits({ env }: StateInline | StateBlock, source: string): boolean {
  const drawn = (env as Formulas).formulas ?? 0
  return drawn < FORMULAS_MAX && source.length <= FORMULA_MAX_CHARACTERS && source.trim() !== ''
}

function addFormula(state: StateInline | StateBlock, source: string, isDisplay: boolean): void {
  const env = state.env as Formulas
  env.formulas = (env.formulas ?? 0) + 1
  const token = state.push(isDisplay ? 'formula_display' : 'formula_inline', '', 0)
  token.content = source.trim()
}
