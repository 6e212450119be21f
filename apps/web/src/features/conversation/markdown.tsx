/**
 * Markdown to React elements. The parser's tokens are walked and each becomes an element of a fixed list: no HTML is ever
 * written or parsed, so what a message holds cannot become markup. Links open apart, say where they lead, and only http, https and mailto are links.
 */
import type { Token } from 'markdown-it'
import { Fragment, type ReactNode } from 'react'
import { OurEmoji } from '../emoji/OurEmoji.tsx'
import { splitByOurs, type Ours } from '../emoji/ours.ts'
import { CodeBlock } from './markdown/CodeBlock.tsx'
import { Formula } from './markdown/Formula.tsx'
import { leadsTo } from './markdown/leading.ts'
import { isSafeLink, parser } from './markdown/parser.ts'
import { Spoiler } from './markdown/Spoiler.tsx'

/** What a name after an "@" stands for; undefined where it is nobody's. */
export type NameOf = (userName: string) => string | undefined
const nobody: NameOf = () => undefined
const NONE: Ours = new Map()

/** What names in the words stand for. */
interface Names {
  nameOf: NameOf
  ours: Ours
}

export function renderMarkdown(source: string, nameOf: NameOf = nobody, ours: Ours = NONE): ReactNode {
  return renderTokens(parser.parse(source, {}), { nameOf, ours })
}

interface Open {
  token: Token | undefined
  children: ReactNode[]
}

/** Opening tokens push, closing ones pop: what is left at the bottom is the whole. */
function renderTokens(tokens: Token[], names: Names): ReactNode {
  const bottom: Open = { token: undefined, children: [] }
  const open: Open[] = [bottom]
  tokens.forEach((token, index) => {
    if (token.nesting === 1) {
      open.push({ token, children: [] })
      return
    }
    const done = token.nesting === -1 && open.length > 1 ? open.pop() : undefined
    const element = done?.token ? container(done.token, done.children, index) : leaf(token, index, names)
    open.at(-1)?.children.push(element)
  })
  return <>{bottom.children}</>
}

function leaf(token: Token, key: number, names: Names): ReactNode {
  switch (token.type) {
    case 'inline':
      return <Fragment key={key}>{renderTokens(token.children ?? [], names)}</Fragment>
    case 'text':
      return <Fragment key={key}>{withNames(token.content, names)}</Fragment>
    case 'text_special':
      return token.content
    case 'softbreak':
    case 'hardbreak':
      return <br key={key} />
    case 'hr':
      return <hr key={key} />
    case 'code_inline':
      return <code key={key}>{token.content}</code>
    case 'fence':
    case 'code_block':
      return <CodeBlock key={key} code={token.content.replace(/\n$/, '')} language={languageOf(token)} />
    case 'formula_inline':
    case 'formula_display':
      return <Formula key={key} source={token.content} isDisplay={token.type === 'formula_display'} />
    default:
      return token.content
  }
}

/** The first word after the backticks. */
function languageOf({ info }: Token): string {
  return info.trim().split(/\s/, 1)[0] ?? ''
}

function withNames(words: string, { nameOf, ours }: Names): ReactNode[] {
  return splitByOurs(words, ours).map((part, index) => (
    <Fragment key={index}>
      {typeof part === 'string' ? withMentions(part, nameOf) : <OurEmoji {...part} />}
    </Fragment>
  ))
}

/** As the engine finds them. */
const MENTION = /(?<=^|[\s(])@([a-z0-9][a-z0-9._-]{0,31}[a-z0-9])/g

function withMentions(words: string, nameOf: NameOf): ReactNode[] {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of words.matchAll(MENTION)) {
    const name = nameOf(match[1] ?? '')
    if (name === undefined) continue
    parts.push(
      words.slice(from, match.index),
      <span key={match.index} className="mention" title={name}>
        {match[0]}
      </span>,
    )
    from = match.index + match[0].length
  }
  return [...parts, words.slice(from)]
}

const PLAIN = {
  strong_open: 'strong',
  em_open: 'em',
  s_open: 's',
  bullet_list_open: 'ul',
  list_item_open: 'li',
  blockquote_open: 'blockquote',
  thead_open: 'thead',
  tbody_open: 'tbody',
  tr_open: 'tr',
} as const

function container(token: Token, children: ReactNode[], key: number): ReactNode {
  switch (token.type) {
    case 'paragraph_open':
      return token.hidden ? <Fragment key={key}>{children}</Fragment> : <Block key={key}>{children}</Block>
    case 'heading_open':
      return (
        <Block key={key}>
          <strong>{children}</strong>
        </Block>
      )
    case 'link_open':
      return <SafeLink key={key} token={token} words={children} />
    case 'spoiler_open':
      return <Spoiler key={key}>{children}</Spoiler>
    case 'ordered_list_open':
      return (
        <ol key={key} start={Number(token.attrGet('start') ?? 1)}>
          {children}
        </ol>
      )
    case 'table_open':
      return (
        <div key={key} className="table-scroll" tabIndex={0}>
          <table>{children}</table>
        </div>
      )
    case 'th_open':
    case 'td_open':
      return <Cell key={key} token={token} words={children} />
    default:
      return <Plain key={key} type={token.type} words={children} />
  }
}

/** `dir=auto` lets each paragraph run in its own direction. */
function Block({ children }: { children: ReactNode }) {
  return <p dir="auto">{children}</p>
}

function Plain({ type, words }: { type: string; words: ReactNode }) {
  const Tag = Object.hasOwn(PLAIN, type) ? PLAIN[type as keyof typeof PLAIN] : undefined
  return Tag ? <Tag>{words}</Tag> : <>{words}</>
}

/** Behind words that are not its address stands where it leads: words can name any other place. */
function SafeLink({ token, words }: { token: Token; words: ReactNode }) {
  const address = String(token.attrGet('href') ?? '')
  if (!isSafeLink(address)) return <>{words}</>
  const to = leadsTo(token)
  return (
    <>
      <a
        href={address}
        target="_blank"
        rel="noopener noreferrer nofollow"
        title={to === undefined ? undefined : address}
      >
        {words}
      </a>
      {to !== undefined && (
        <span className="muted small">
          {' ('}
          <bdi>{to}</bdi>)
        </span>
      )}
    </>
  )
}

function Cell({ token, words }: { token: Token; words: ReactNode }) {
  const Tag = token.type === 'th_open' ? 'th' : 'td'
  const align = /right|center/.exec(String(token.attrGet('style') ?? ''))?.[0]
  return <Tag className={align ? `align-${align}` : undefined}>{words}</Tag>
}

/** In the place of one of ours while signs are counted. */
const ANY_SIGN = '⭐'

/** One to three emoji and nothing else: shown larger. */
export function isOnlyEmoji(source: string, ours: Ours = NONE): boolean {
  const signs = splitByOurs(source, ours).map((part) => (typeof part === 'string' ? part : ANY_SIGN))
  const bare = signs.join('').replace(/\s/gu, '')
  if (bare === '' || bare.length > 40) return false
  const parts = [...new Intl.Segmenter().segment(bare)].map((part) => part.segment)
  return (
    parts.length <= 3 &&
    parts.every((part) => /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/u.test(part))
  )
}
