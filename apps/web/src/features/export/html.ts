/** Text of HTML pages. What is put into a template is escaped, unless it is HTML itself: words of a message cannot become markup. */
const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export class Html {
  readonly source: string

  /** Only of what was escaped already: `html` makes all others. */
  constructor(source: string) {
    this.source = source
  }
}

type Part = Html | string | number | undefined | readonly Html[]

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((words, index) => words + sourceOf(parts[index])).join(''))
}

export const NOTHING = new Html('')

function sourceOf(part: Part): string {
  if (part instanceof Html) return part.source
  if (typeof part === 'object') return part.map(({ source }) => source).join('')
  return part === undefined ? '' : String(part).replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
}
