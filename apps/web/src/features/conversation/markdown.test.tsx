import naughty from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import katex from 'katex'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { definesMacros, optionsFor } from './markdown/formula-drawing.ts'
import { FORMULA_MAX_CHARACTERS } from './markdown/syntax.ts'
import { isSafeLink } from './markdown/parser.ts'
import { isOnlyEmoji, renderMarkdown } from './markdown.tsx'

const html = (source: string) => renderToStaticMarkup(<>{renderMarkdown(source)}</>)

describe('Markdown becomes elements', () => {
  test.each([
    ['a **b** _c_ ~~d~~ `e`', '<p dir="auto">a <strong>b</strong> <em>c</em> <s>d</s> <code>e</code></p>'],
    ['one\ntwo', '<p dir="auto">one<br/>two</p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['> quoted', '<blockquote><p dir="auto">quoted</p></blockquote>'],
    ['# Title', '<p dir="auto"><strong>Title</strong></p>'],
    ['---', '<hr/>'],
    ['```js\nif (a < b) {}\n```', '<pre tabindex="0" dir="ltr"><code>if (a &lt; b) {}</code></pre>'],
  ])('%j', (source, expected) => {
    expect(html(source)).toBe(expected)
  })

  test.each([
    ['$a_1$', '<p dir="auto"><code dir="ltr">$a_1$</code></p>'],
    ['$5 and $6', '<p dir="auto">$5 and $6</p>'],
    ['US$5-US$6', '<p dir="auto">US$5-US$6</p>'],
    ['`$a$`', '<p dir="auto"><code>$a$</code></p>'],
    ['\\$a$', '<p dir="auto">$a$</p>'],
    ['$$a$$', '<p dir="auto"><code class="formula-display" dir="ltr">$$a$$</code></p>'],
    ['$$\na\n- b\n\n= c\n$$', '<code class="formula-display" dir="ltr">$$a\n- b\n\n= c$$</code>'],
    ['$$\nnever closed', '<p dir="auto">$$<br/>never closed</p>'],
  ])('mathematics: %j', (source, expected) => {
    expect(html(source)).toBe(expected)
  })

  test('what is too long, or too much, stays as it was written', () => {
    expect(html(`$${'a'.repeat(FORMULA_MAX_CHARACTERS + 1)}$`)).not.toContain('<code')
    expect(html('$a$ '.repeat(5000)).match(/<code/g)).toHaveLength(200)
  })

  test('a spoiler is covered: a button that does not say what it covers', () => {
    const drawn = html('It was ||the **butler**||.')
    expect(drawn).toMatch(/<span class="spoiler" role="button" tabindex="0" aria-label="Spoiler\.[^"]*"/)
    expect(drawn).toContain('<span aria-hidden="true" inert="">the <strong>butler</strong></span>')
    expect(html('**a ||b** c||')).toContain('<span aria-hidden="true" inert="">b** c</span>')
    for (const bare of ['a || b', '|| ||', '||||', '||a']) expect(html(bare)).not.toContain('spoiler')
  })

  test('a table keeps its alignment without a style attribute', () => {
    const table = html('| a | b |\n|---|--:|\n| 1 | 2 |')
    expect(table).toContain('<td class="align-right">2</td>')
    expect(table).not.toContain('style')
  })

  test('links open apart and give nothing away', () => {
    const link = 'target="_blank" rel="noopener noreferrer nofollow"'
    expect(html('https://example.org/a?b=1')).toContain(`<a href="https://example.org/a?b=1" ${link}>`)
    expect(html('[words](https://example.org)')).toContain(
      `<a href="https://example.org" ${link} title="https://example.org">words</a>`,
    )
    expect(html('<ana@example.org>')).toContain('href="mailto:ana@example.org"')
  })
})

describe('a link shows where it leads', () => {
  /** What stands behind the words of the first link. */
  const behind = (source: string) => /<bdi>([^<]*)<\/bdi>/.exec(html(source))?.[1]
  /** A name has at most 253 characters. */
  const LONG = `${'very-long-'.repeat(5)}a.`.repeat(4)

  test.each([
    ['[the rota](https://example.org/rota?week=2)', 'example.org'],
    ['[https://bank.example](https://evil.example)', 'evil.example'],
    ['[bank.example](https://bank.example.evil.example/)', 'bank.example.evil.example'],
    ['[https://bank.example/a](https://bank.example/b)', 'bank.example'],
    ['[**https://bank.example**](https://evil.example:8443/x)', 'evil.example:8443'],
    ['[x](https://bank.example@evil.example)', 'evil.example'],
    ['<https://bank.example:pass@evil.example/>', 'evil.example'],
    ['[https://bank.example\\@evil.example](https://bank.example%5C@evil.example)', 'evil.example'],
    ['[Аpple](https://аpple.example)', 'xn--pple-43d.example'],
    ['https://аpple.example', 'xn--pple-43d.example'],
    ['https://xn--pple-43d.example', 'xn--pple-43d.example'],
    ['[https://127.0.0.1](http://0x7f.1/)', '127.0.0.1'],
    ['[ana@example.org](mailto:eve@evil.example)', 'eve@evil.example'],
    ['[write](mailto:ana@example.org?subject=Hi)', 'ana@example.org'],
    [`[bank](https://${LONG}evil.example)`, `${LONG}evil.example`],
    [`[\u202ekni.l](https://evil.example)`, 'evil.example'],
    [`||[bank](https://evil.example)||`, 'evil.example'],
  ])('%j: %j', (source, host) => {
    expect(behind(source)).toBe(host)
  })

  test.each([
    'https://example.org/a?b=1',
    'https://example.org/a%20b',
    'HTTPS://Example.org',
    'www.example.org/rota',
    'https://bank.example@evil.example is a link up to the sign',
    '<https://example.org>',
    '[https://example.org](https://example.org)',
    '[example.org/rota](https://example.org/rota)',
    'ana@example.org',
    '<ana@example.org>',
    '[ana@example.org](mailto:ana@example.org)',
    '[x](javascript:alert(1))',
  ])('%j says it itself', (source) => {
    expect(behind(source)).toBeUndefined()
  })

  test('and the whole address on being pointed at', () => {
    expect(html('[bank](https://a:b@evil.example/x?y#z)')).toContain('title="https://a:b@evil.example/x?y#z"')
  })
})

const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](blob:https://example.org/1)',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '![x](https://tracker.example.org/pixel.png)',
  '[x]: javascript:alert(1)\n\n[x]',
  '[x](https://example.org "onmouseover=alert(1)")',
  '[x](https://example.org"onmouseover="alert(1))',
  '`<script>alert(1)</script>`',
  '```html\n<script>alert(1)</script>\n```',
  '"><style>@import "https://example.org"</style>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '|<img src=x onerror=alert(1)>|\n|---|\n|<script>|',
  '||<img src=x onerror=alert(1)>||',
  '||[x](javascript:alert(1))||',
  '$<img src=x onerror=alert(1)>$',
  '$$\n\\href{javascript:alert(1)}{x}\n$$',
  '```<img/src=x>\nx\n```',
  '```"onmouseover="alert(1)\nx\n```',
  '```__proto__\nx\n```',
]
const ALLOWED =
  /^(?:p|br|bdi|span|strong|em|s|code|pre|ul|ol|li|blockquote|hr|a|div|table|thead|tbody|tr|th|td)$/

describe('what a message holds cannot become markup', () => {
  const check = (attack: string) => {
    const drawn = html(attack)
    const tags = [...drawn.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)]
    for (const [, name = '', attributes = ''] of tags) {
      expect(name).toMatch(ALLOWED)
      expect(attributes).not.toMatch(/\son\w+=|\sstyle=|\ssrc=/i)
    }
    for (const [, address = ''] of drawn.matchAll(/href="([^"]*)"/g))
      expect(address).toMatch(/^(https?:|mailto:)/)
  }

  test.each(ATTACKS)('%j', check)

  test('none of the naughty strings does, alone, as a link, in a list, a table or a quote', () => {
    for (const text of naughty)
      check(
        `${text}\n\n[${text}](${text}) <${text}>\n\n- ${text}\n> ${text}\n\n| ${text} |\n|---|\n| ${text} |`,
      )
  })

  test('an image is never fetched: it stays words', () => {
    expect(html('![x](https://tracker.example.org/pixel.png)')).not.toContain('<img')
  })

  test('the check would notice an element that is not allowed', () => {
    expect('script').not.toMatch(ALLOWED)
    expect(isSafeLink('javascript:alert(1)')).toBe(false)
    expect(isSafeLink(' https://example.org')).toBe(true)
  })

  test('deep nesting and long lines are drawn in time', () => {
    const started = performance.now()
    html('>'.repeat(5000) + 'x')
    html('['.repeat(5000))
    html('*a '.repeat(5000))
    html('`'.repeat(4999))
    html('||a '.repeat(5000))
    html('|'.repeat(20_000))
    html('$a '.repeat(5000))
    html('$$a\n'.repeat(5000))
    html('$$\n'.repeat(5001))
    expect(performance.now() - started).toBeLessThan(4000)
  })
})

const HOSTILE_FORMULAS = [
  '\\href{javascript:alert(1)}{x}',
  '\\href{https://tracker.example.org}{x}',
  '\\url{javascript:alert(1)}',
  '\\includegraphics{https://tracker.example.org/pixel.png}',
  '\\htmlClass{message}{x}',
  '\\htmlId{root}{x}',
  '\\htmlStyle{position: fixed}{x}',
  '\\htmlData{x=1}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
  '\\color{red;background:url(https://tracker.example.org)}x',
  '\\char"FFFFFFF',
  '\\def\\a{\\a\\a}\\a',
  '\\def\\a#1{#1#1#1#1}\\a{\\a{\\a{\\a{\\a{\\a{\\a{x}}}}}}}',
  '{'.repeat(2000),
  '\\frac'.repeat(400),
  '^'.repeat(2000),
  '\\rule{1000em}{1000em}',
]

describe('a formula is drawn without trust, and within limits', () => {
  test.each(HOSTILE_FORMULAS)('%j', (source) => {
    const started = performance.now()
    let drawn = ''
    try {
      drawn = katex.renderToString(source, optionsFor(true))
    } catch {
      // What cannot be read stays as it was written.
    }
    expect(drawn.length).toBeLessThan(1_000_000)
    expect(performance.now() - started).toBeLessThan(1000)
    const tags = [...drawn.matchAll(/<[^>]*>/g)].join('')
    expect(tags).not.toMatch(
      /<(?:a|img|script|iframe|style)\b|\s(?:href|src|id|on\w+|data-\w+)=|url\(|position: ?fixed/i,
    )
    for (const [, size] of drawn.matchAll(/(?:width|height):\s*(\d+)(?:\.\d+)?em/g)) {
      expect(Number(size)).toBeLessThan(100)
    }
  })

  test.each([
    '\\def\\a{x}',
    '\\edef\\a{x}',
    '\\gdef\\a{x}',
    '\\xdef\\a{x}',
    '\\global\\long\\def\\a{x}',
    '\\let\\a=b',
    '\\futurelet\\a\\b c',
    '\\newcommand{\\a}{x}',
    '\\renewcommand{\\a}{x}',
    '\\providecommand\\a{x}',
    'x + \\def %\n\\a{x}',
  ])('%j has macros of its own, and stays as it was written', (source) => {
    expect(definesMacros(source)).toBe(true)
  })

  test.each(['\\frac{1}{2}', '\\left( x \\right)', '\\text{def, let}', '\\letter', '\\define', '\\le t'])(
    '%j has none',
    (source) => {
      expect(definesMacros(source)).toBe(false)
    },
  )

  test('the check would notice what trust lets in', () => {
    const trusted = katex.renderToString('\\href{https://example.org}{x}', {
      ...optionsFor(true),
      trust: true,
    })
    expect(trusted).toContain('href=')
  })
})

describe('only emoji', () => {
  test.each([
    ['👍', true],
    ['👨‍👩‍👧', true],
    ['🇸🇪 🇯🇵', true],
    ['👍👍👍👍', false],
    ['ok 👍', false],
    ['12', false],
    ['', false],
  ])('%j', (source, only) => {
    expect(isOnlyEmoji(source)).toBe(only)
  })
})
