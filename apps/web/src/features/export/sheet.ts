/** The frame of an exported page: it opens from a disk, without a connection and without a script, in light and dark. */
import { html, Html } from './html.ts'

/** No script, no frame, nothing from elsewhere: what a message says can load nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:; media-src 'self' file:; base-uri 'none'; form-action 'none'"

const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b1f24, #e6e8eb); --muted: light-dark(#59636e, #9aa4af);
  --surface: light-dark(#fff, #16191d); --raised: light-dark(#f4f6f8, #1f2429); --line: light-dark(#d8dee4, #333a42);
  --accent: light-dark(#0a5c9e, #7cc0ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; background: var(--surface); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; padding-block-end: .25rem; border-block-end: 1px solid var(--line); }
a { color: var(--accent); }
ul, ol { padding-inline-start: 1.5rem; }
p, li, blockquote, td, th, h1 { unicode-bidi: plaintext; text-align: start; }
.muted, time, .system { color: var(--muted); font-size: .875rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-block: 1rem; }
article { margin-block: .75rem; }
article:target { outline: 2px solid var(--accent); outline-offset: 4px; border-radius: 2px; }
article header { display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: baseline; }
article header time { font-variant-numeric: tabular-nums; }
.said > :first-child { margin-block-start: 0; }
.said > :last-child { margin-block-end: .25rem; }
.thread { margin-block: .5rem; padding-inline-start: 1rem; border-inline-start: 2px solid var(--line); }
.quote, blockquote { margin: .25rem 0; padding-inline-start: .75rem; border-inline-start: 3px solid var(--line); color: var(--muted); }
.reactions { display: flex; flex-wrap: wrap; gap: .25rem; padding: 0; margin: .25rem 0; list-style: none; }
.reactions li { padding: 0 .5rem; border-radius: 1rem; background: var(--raised); font-size: .875rem; }
.files { padding: 0; list-style: none; }
.files img { display: block; max-width: 100%; max-height: 24rem; margin-block: .25rem; border-radius: 6px; }
pre { padding: .75rem; border-radius: 6px; background: var(--raised); overflow-x: auto; }
code { font: .875rem ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--line); padding: .25rem .5rem; }
details { margin-block: .25rem; }
.spoiler { background: currentColor; border-radius: 3px; }
.spoiler:hover, .spoiler:focus { background: var(--raised); }
.system { margin-block: .5rem; }
@media print { body { max-width: none; } .spoiler { background: none; } }
`

/** Up to where the content begins. The tags that stay open are no template of `html`: formatting the source would close them. */
export function head(title: string): string {
  const about = html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>${title}</title>
    <style>
      ${new Html(STYLE)}
    </style>
  </head>`
  return `<!doctype html>\n<html lang="en">\n${about.source}\n<body>\n`
}

export const FOOT = '</body></html>\n'
