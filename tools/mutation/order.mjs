/**
 * The order of test files: those that a part names first, then the others, those of MLS groups last. What changes a constant is
 * tried with every test until one fails, so the quick ones that notice most come first.
 */
import { basename } from 'node:path'
import { BaseSequencer } from 'vitest/node'
import { PARTS } from './parts.mjs'

const { first = [] } = PARTS[process.env.MUTATION_PART]

function rank({ moduleId }) {
  const at = moduleId.includes('/mls/') ? -1 : first.indexOf(basename(moduleId))
  if (at >= 0) return at
  return first.length + (moduleId.includes('/mls/') ? 1 : 0)
}

export class QuickFirst extends BaseSequencer {
  sort(files) {
    return Promise.resolve(
      [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId)),
    )
  }
}
