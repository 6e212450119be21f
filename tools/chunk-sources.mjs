/** What a built script consists of, by its source map: for tools/sizes.mjs. */
import { readFileSync } from 'node:fs'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGIT_BITS = 5
const MORE = 1 << DIGIT_BITS

/** The numbers of one segment of a source map's `mappings` (base64 VLQ). */
function numbersOf(segment) {
  const numbers = []
  let value = 0
  let shift = 0
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit)
    value |= (bits & (MORE - 1)) << shift
    shift += DIGIT_BITS
    if (bits & MORE) continue
    numbers.push(value & 1 ? -(value >> 1) : value >> 1)
    value = 0
    shift = 0
  }
  return numbers
}

/** A package's name, or our own folder: what somebody would look for. */
function originOf(source) {
  const inPackage = source.lastIndexOf('node_modules/')
  const path = source.slice(inPackage < 0 ? 0 : inPackage + 'node_modules/'.length)
  const parts = path.split('/').filter((part) => part !== '..')
  if (inPackage >= 0) return parts.slice(0, path.startsWith('@') ? 2 : 1).join('/')
  return parts.slice(0, -1).join('/')
}

/** Characters of a script by their origin. `map` is its source map. */
export function charactersByOrigin(script, map) {
  const lines = script.split('\n')
  const origins = map.sources.map(originOf)
  const counts = new Map()
  let source = 0
  for (const [number, line] of map.mappings.split(';').entries()) {
    let column = 0
    const starts = line
      .split(',')
      .filter((segment) => segment !== '')
      .map((segment) => {
        const [columns, sources = 0] = numbersOf(segment)
        column += columns
        source += sources
        return { column, origin: origins[source] }
      })
    for (const [index, { column: start, origin }] of starts.entries()) {
      const end = starts[index + 1]?.column ?? lines[number]?.length ?? start
      counts.set(origin, (counts.get(origin) ?? 0) + end - start)
    }
  }
  return counts
}

/** Of a script that is built with its source map beside it; undefined where there is none. */
export function originsOf(file) {
  if (!file.endsWith('.js')) return undefined
  return charactersByOrigin(readFileSync(file, 'utf8'), JSON.parse(readFileSync(`${file}.map`, 'utf8')))
}
