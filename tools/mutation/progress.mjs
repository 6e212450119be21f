/** What Stryker is given besides a part's settings: which changes to try (sample.mjs), and a word of each that nobody noticed, as it comes. */
import { relative } from 'node:path'
import { isDrawn, wordsOf } from './sample.mjs'

const MISSED = ['Survived', 'NoCoverage']

/** Stryker has its places from 0 here. */
function fromOne({ start, end }) {
  const shifted = ({ line, column }) => ({ line: line + 1, column: column + 1 })
  return { start: shifted(start), end: shifted(end) }
}

/** A change that is not drawn is not tried. Stryker can only say "compile error" of it, which `npm run mutation` forgets again. */
class Sampler {
  init() {
    return Promise.resolve()
  }

  check(mutants) {
    const results = mutants.map((mutant) => {
      const words = wordsOf({ ...mutant, location: fromOne(mutant.location) })
      const drawn = isDrawn(relative(process.cwd(), mutant.fileName), ...words)
      return [mutant.id, drawn ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' }]
    })
    return Promise.resolve(Object.fromEntries(results))
  }

  group(mutants) {
    return Promise.resolve([mutants.map(({ id }) => id)])
  }
}

class Missed {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (!MISSED.includes(status)) return
    const place = `${relative(process.cwd(), fileName)}:${location.start.line}:${location.start.column}`
    console.log(`nobody misses ${place}: ${mutatorName}, ${replacement.replaceAll(/\s+/g, ' ').slice(0, 80)}`)
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', injectableClass: Sampler },
  { kind: 'Reporter', name: 'missed', injectableClass: Missed },
]
