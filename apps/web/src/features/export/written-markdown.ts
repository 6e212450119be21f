/** A message's Markdown as HTML text: by the parser that the screen uses, and a renderer that escapes all but its own marks. */
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
  tokens[at]?.attrSet('rel', 'noopener noreferrer nofollow')
  return renderer.renderToken(tokens, at, options)
}

export function writtenMarkdown(source: string): Html {
  return new Html(parser.render(source))
}
