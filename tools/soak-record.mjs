/**
 * What `npm run soak` writes into docs/soak.md: one line for each soak, its last result. A run of some soaks leaves the lines
 * of the others as they are.
 */

const isLineOf = (name) => (line) => line.startsWith(`- **${name}**`)

/** The text with this soak's line replaced, or added at the end. */
export function recordSoak(text, { name, on, result }) {
  const lines = text.trimEnd().split('\n')
  const line = `- **${name}** (${on}): ${result}`
  const at = lines.findIndex(isLineOf(name))
  if (at >= 0) lines[at] = line
  else lines.push(...(lines.at(-1).startsWith('- ') ? [line] : ['', line]))
  return `${lines.join('\n')}\n`
}
