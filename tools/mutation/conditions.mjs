/**
 * Conditions in SQL, which Stryker does not see: it can only empty a whole statement. Each comparison of several that `and` joins is taken
 * out, one at a time, as the file is loaded by the tests; the file itself stays as it is.
 */
const STATEMENT =
  /\b(?:sql|transaction|inner)(?:<[^`]*?>)?`((?:[^`$]|\$\{[^`{}]*(?:\{[^{}]*\}[^`{}]*)*\}|\$(?!\{))*)`/g
const VALUE = String.raw`(?:any\(\$\{[^}]*\}(?:::\w+\[\])?\)|any\([\w.]+\)|\$\{[^}]*\}|'[^']*'|[\w.]+)`
const COMPARISON = String.raw`(?:[\w.]+ is (?:not )?null\b|[\w.]+ is distinct from ${VALUE}|[\w.]+ (?:=|<>|<=|>=|<|>) ${VALUE}|(?:not )?[a-z][\w.]*(?=\s*(?:\)|$|\n|and\b|returning\b|for\b|order\b|\`)))`
/** One that follows another, or the first of several. */
const CONDITIONS = [String.raw`\s+and\s+${COMPARISON}`, String.raw`(?<=\bwhere\s+)${COMPARISON}\s+and(?=\s)`]

/** Where the conditions of a source are, and what they say. */
export function conditionsOf(source) {
  const found = [...source.matchAll(STATEMENT)].flatMap((statement) =>
    CONDITIONS.flatMap((pattern) =>
      [...statement[0].matchAll(new RegExp(pattern, 'g'))].map((match) => {
        const start = statement.index + match.index
        const line = source.slice(0, start + match[0].search(/\S/)).split('\n').length
        return { start, end: start + match[0].length, line, text: match[0].trim().replaceAll(/\s+/g, ' ') }
      }),
    ),
  )
  return found.sort((one, other) => one.start - other.start)
}

/** A plugin that takes one condition out: `packages/…/file.ts#3`. */
export function withoutCondition(name) {
  const [file, at] = name.split('#')
  return {
    name: 'without-condition',
    enforce: 'pre',
    transform(source, id) {
      if (!id.endsWith(`/${file}`)) return undefined
      const { start, end } = conditionsOf(source)[Number(at)]
      return { code: source.slice(0, start) + source.slice(end), map: null }
    },
  }
}
