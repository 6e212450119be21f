/** A message's words as a Markdown quote, with room to write below. */
export function quoted(words: string): string {
  const lines = words.split('\n').map((line) => (line === '' ? '>' : `> ${line}`))
  return `${lines.join('\n')}\n\n`
}
