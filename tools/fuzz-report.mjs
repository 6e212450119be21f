/**
 * What a failed property of the fuzz project says: the seed and the path by which it is run again, and as much of the
 * counterexample and of the error as somebody would read. Some are of megabytes.
 */
import fc from 'fast-check'

const COUNTEREXAMPLE_CHARACTERS = 2000
const ERROR_CHARACTERS = 1500

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text
}

function errorOf({ errorInstance }) {
  return errorInstance instanceof Error
    ? (errorInstance.stack ?? errorInstance.message)
    : String(errorInstance)
}

/** Undefined where nothing failed. */
export function failureOf(details) {
  const { failed, seed, counterexample, counterexamplePath: path, numRuns, numShrinks } = details
  if (!failed) return undefined
  const again = JSON.stringify({ seed, path: path ?? undefined })
  if (counterexample === null) return `No failure and no end after ${numRuns} cases; again by ${again}`
  return [
    `Failed after ${numRuns} cases and ${numShrinks} shrinks; again by ${again}`,
    `Counterexample: ${cut(fc.stringify(counterexample), COUNTEREXAMPLE_CHARACTERS)}`,
    cut(errorOf(details), ERROR_CHARACTERS),
  ].join('\n')
}

/** For fast-check's `reporter`, of properties that wait for something as well. */
export function reportShortly(details) {
  const failure = failureOf(details)
  if (failure !== undefined) throw new Error(failure)
}
