/** A message's Markdown as HTML text: by the parser that the screen uses, and a renderer that escapes all but its own marks. */
import { leadsTo } from '../conversation/markdown/leading.ts'
import { parser } from '../conversation/markdown/parser.ts'
import { Html, html } from './html.ts'

const { rules } = parser.renderer
const written = ({ source }: Html): string => source

rules['spoiler_open'] = () => '<span class="spoiler" tabindex="0">'
rules['spoiler_close'] = () => '</span>'
rules['formula_inline'] = (tokens, at) => written(html`<code class="formula">${tokens[at]?.content}</code>`)
rules['formula_display'] = (tokens, at) =>
  written(html`<pre class="formula"><code>${tokens[at]?.content}</code></pre>`)
rules['link_open'] = (tokens, at, options, _, renderer) => {
  const token = tokens[at]
  token?.attrSet('rel', 'noopener noreferrer nofollow')
  if (leadsTo(token) !== undefined) token?.attrSet('title', String(token.attrGet('href') ?? ''))
  return renderer.renderToken(tokens, at, options)
}
rules['link_close'] = (tokens, at, options, _, renderer) => {
  const to = leadsTo(tokens[at])
  const behind = to === undefined ? '' : written(html` <span class="muted">(<bdi>${to}</bdi>)</span>`)
  return renderer.renderToken(tokens, at, options) + behind
}

export function writtenMarkdown(source: string): Html {
  return new Html(parser.render(source))
}
