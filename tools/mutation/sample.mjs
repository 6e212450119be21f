/**
 * A random sample of the changes, for a run that has not hours: MUTATION_SAMPLE=10 tries one in ten. Each change is drawn or not by a
 * hash of the seed (MUTATION_SEED, printed), its file and what it is, so that the same seed draws the same, and a larger sample contains
 * the smaller. `npm run mutation` and the checker of Stryker (ignorers.mjs) ask here.
 */
import { createHash } from 'node:crypto'

const HASH_BYTES = 6
/** The normal distribution's for 95 %. */
const Z = 1.96

const oneIn = Number(process.env.MUTATION_SAMPLE ?? 1)

export const isSample = oneIn > 1

/** Whether a change is one of the sample, by words that say which it is. */
export function isDrawn(...words) {
  if (!isSample) return true
  const hash = createHash('sha256').update([process.env.MUTATION_SEED, ...words].join('\n'))
  return hash.digest().readUIntBE(0, HASH_BYTES) < 2 ** (8 * HASH_BYTES) / oneIn
}

/** The words of a change that Stryker makes, with its place as in reports (lines and columns from 1). */
export function wordsOf({ mutatorName, replacement, location: { start, end } }) {
  return [mutatorName, replacement, start.line, start.column, end.line, end.column]
}

/** Wilson's interval of 95 %, in percent: what the share of all may be, given that of the sample. */
export function intervalOf(caught, tried) {
  if (tried === 0) return [0, 100]
  const share = caught / tried
  const middle = share + Z ** 2 / (2 * tried)
  const reach = Z * Math.sqrt((share * (1 - share)) / tried + Z ** 2 / (4 * tried ** 2))
  return [middle - reach, middle + reach].map((part) => (100 * part) / (1 + Z ** 2 / tried))
}
