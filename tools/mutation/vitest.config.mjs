/**
 * The tests of one part (parts.mjs), as Stryker runs them: in a copy of the project whose node_modules is a link. There our own
 * packages have to be those of the copy, or nobody would see what was changed in them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { askingConditions, withoutCondition } from './conditions.mjs'
import { QuickFirst } from './order.mjs'
import { PARTS, sourcesOf } from './parts.mjs'

const root = new URL('../../', import.meta.url)
const { tests, without = [], database = false } = PARTS[process.env.MUTATION_PART]

function aliasesOf(folder) {
  const { name, exports = {} } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  return Object.entries(exports).map(([path, file]) => ({
    find: new RegExp(`^${name}${path.slice(1)}$`),
    replacement: fileURLToPath(new URL(file, folder)),
  }))
}

const packages = readdirSync(new URL('packages/', root)).map((name) => new URL(`packages/${name}/`, root))

const testDatabase = {
  find: /^\.{1,2}\/(?:[\w./]*\/)?database\/testing\.ts$/,
  replacement: fileURLToPath(new URL('test-database.mjs', import.meta.url)),
}

/** One condition for the whole run, or all, each asking whether it is out. */
const { MUTATION_CONDITION: condition, MUTATION_CONDITIONS: conditions } = process.env

function pluginsForConditions() {
  if (condition) return [withoutCondition(condition)]
  return conditions ? [askingConditions(sourcesOf(PARTS[process.env.MUTATION_PART]))] : []
}

export default defineConfig({
  plugins: pluginsForConditions(),
  root: fileURLToPath(root),
  resolve: { alias: [...packages.flatMap(aliasesOf), ...(database ? [testDatabase] : [])] },
  test: {
    include: tests,
    exclude: ['**/node_modules/**', ...without],
    isolate: false,
    runner: fileURLToPath(new URL(conditions ? 'conditions-runner.mjs' : 'runner.mjs', import.meta.url)),
    globalSetup: database ? ['tools/mutation/database.setup.mjs'] : [],
    sequence: { sequencer: QuickFirst },
    // Nobody's patience is tested here, on a machine that does other work as well.
    testTimeout: conditions ? 90_000 : 300_000,
    hookTimeout: 300_000,
  },
})
