/**
 * Conditions in SQL, which Stryker does not see: it can only empty a whole statement. Each comparison of several that `and` joins is taken
 * out, one at a time, as the file is loaded by the tests; the file itself stays as it is.
 */
import { createHash } from 'node:crypto'

const STATEMENT =
  /\b(?:sql|transaction|inner)(?:<[^`]*?>)?`((?:[^`$]|\$\{[^`{}]*(?:\{[^{}]*\}[^`{}]*)*\}|\$(?!\{))*)`/g
const VALUE = String.raw`(?:any\(\$\{[^}]*\}(?:::\w+\[\])?\)|any\([\w.]+\)|\$\{[^}]*\}|'[^']*'|[\w.]+)`
const COMPARISON = String.raw`(?:[\w.]+ is (?:not )?null\b|[\w.]+ is distinct from ${VALUE}|[\w.]+ (?:=|<>|<=|>=|<|>) ${VALUE}|(?:not )?[a-z][\w.]*(?=\s*(?:\)|$|\n|and\b|returning\b|for\b|order\b|\`)))`
/** One that follows another, or the first of several. */
const CONDITIONS = [String.raw`\s+and\s+${COMPARISON}`, String.raw`(?<=\bwhere\s+)${COMPARISON}\s+and(?=\s)`]

/** Where the conditions of a source are, and what they say. */
export function conditionsOf(source) {
  const found = [...source.matchAll(STATEMENT)].flatMap((statement) => {
    const tag = /[\w.#]*$/.exec(source.slice(0, statement.index))[0] + /^\w+/.exec(statement[0])[0]
    return CONDITIONS.flatMap((pattern) =>
      [...statement[0].matchAll(new RegExp(pattern, 'g'))].map((match) => {
        const start = statement.index + match.index
        const line = source.slice(0, start + match[0].search(/\S/)).split('\n').length
        const text = match[0].trim().replaceAll(/\s+/g, ' ')
        return { start, end: start + match[0].length, line, text, tag }
      }),
    )
  })
  return found.sort((one, other) => one.start - other.start)
}

/** Names a condition in a file as it stands. */
export function nameOf(file, source, at) {
  return `${file}#${at}@${createHash('sha256').update(source).digest('hex').slice(0, 12)}`
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

const JOINED = /^\s*and\s+|\s+and$/g

/** A plugin by which each condition asks, when its statement is made, whether it counts (conditions-runner.mjs). */
export function askingConditions(sources) {
  return {
    name: 'asking-conditions',
    enforce: 'pre',
    transform(source, id) {
      const file = sources.find((name) => id.endsWith(`/${name}`))
      if (!file) return undefined
      let code = source
      for (const [at, { start, end, tag }] of [...conditionsOf(source).entries()].reverse()) {
        const whole = source.slice(start, end)
        const from = start + (/^\s*and\s+/.exec(whole)?.[0].length ?? 0)
        const condition = whole.replaceAll(JOINED, '')
        const asked = `(\${globalThis.isOut('${nameOf(file, source, at)}') ? ${tag}\`true\` : ${tag}\`${condition}\`})`
        code = code.slice(0, from) + asked + code.slice(from + condition.length)
      }
      return { code, map: null }
    },
  }
}
