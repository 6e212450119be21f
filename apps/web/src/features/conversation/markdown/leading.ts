/** Where a link leads, as far as its own words do not say so. A rule for parser.ts, for whatever draws or writes what it parses. */
import type { MarkdownIt, StateCore, Token } from 'markdown-it'

export function addLeading(parser: MarkdownIt): void {
  // After all that makes links of words.
  parser.core.ruler.push('leading', (state: StateCore) => {
    for (const { children } of state.tokens) if (children) markLinks(children)
  })
}

/** What stands behind the words of a link, told by the token that opens it and the one that closes it. */
export function leadsTo(token: Token | undefined): string | undefined {
  return (token?.meta as { leadsTo?: string } | null | undefined)?.leadsTo
}

function markLinks(tokens: readonly Token[]): void {
  let open: Token | undefined
  let words = ''
  for (const token of tokens) {
    if (token.type === 'link_open') [open, words] = [token, '']
    else if (token.type !== 'link_close') words += token.content
    else if (open) {
      const to = whereTo(String(open.attrGet('href') ?? ''), words.trim(), open.info === 'auto')
      if (to !== undefined) open.meta = token.meta = { leadsTo: to }
    }
  }
}

/**
 * The host as the address's parser has it, in punycode where it is not plain ASCII, or whom a letter goes to. Undefined where the
 * words are the address and show just that host, which "<https://bank.example@evil.example>" does not.
 */
function whereTo(address: string, words: string, isAddress: boolean): string | undefined {
  const url = urlOf(address)
  if (!url) return address
  if (url.protocol === 'mailto:')
    return [words, `mailto:${words}`].includes(address) ? undefined : url.pathname
  const shown = words
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .split(/[/?#]/, 1)[0]
  const isItself =
    isAddress || urlOf(words.includes('://') ? words : `${url.protocol}//${words}`)?.href === url.href
  return isItself && shown === url.host ? undefined : url.host
}

function urlOf(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}
