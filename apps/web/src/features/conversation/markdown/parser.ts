/** The parser of messages' Markdown, for the reader's screen and for what is written of a history (features/export). */
import MarkdownIt from 'markdown-it'
import { addLeading } from './leading.ts'
import { addSyntax } from './syntax.ts'

export const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
addSyntax(parser)
addLeading(parser)
parser.disable(['image', 'reference', 'html_block', 'html_inline', 'lheading'], true)
parser.validateLink = isSafeLink
/** Deep nesting costs time to draw and says nothing. */
parser.set({ maxNesting: 20 })

export function isSafeLink(address: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(address.trim())
}
