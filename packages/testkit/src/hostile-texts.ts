/** What hostile people type: the big list of naughty strings, and more that is meant to run, to fetch or to hide. For tests only. */
import { cleanName } from '@reforms/protocol'
import naughty from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }

/** Beside the list: markup, templates and addresses that run or fetch, and what breaks a layout. */
const MARKUP = [
  '<script>document.title="ran"</script>',
  '<img src=x onerror="document.title=`ran`">',
  '<svg onload=alert(1)><foreignObject><iframe srcdoc="<script>alert(1)</script>">',
  '[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) <javascript:alert(1)>',
  '"><a href="javascript:alert(1)" style="position:fixed;inset:0">all</a>',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)} #{7*7}',
  '![x](https://elsewhere.example/pixel.png) <link rel=stylesheet href=//elsewhere.example>',
  '__proto__',
  'ecnerefnoc \u202ednuora denrut\u202c \u2067right to left\u2069',
  `Z${'\u0335\u0336\u0337'.repeat(200)}algo ${'\u200b'.repeat(500)}`,
  `${'>'.repeat(60)} deep ${'*'.repeat(400)} ${'['.repeat(400)}`,
  'W'.repeat(3000),
]
/** All that somebody can see something of. */
export const HOSTILE_TEXTS = [...MARKUP, ...naughty].filter((text) => cleanName(text) !== '')
/** As names, which are clean. */
export const HOSTILE_NAMES = HOSTILE_TEXTS.filter((text) => /[<'"{$&]/.test(text)).map((text) =>
  cleanName(text.slice(0, 80)),
)
