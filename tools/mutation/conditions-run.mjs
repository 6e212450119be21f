/** Takes the conditions of a part's SQL out one at a time (conditions.mjs), and runs the part's tests until one fails. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runStep } from '../step.mjs'
import { conditionsOf } from './conditions.mjs'
import { sourcesOf } from './parts.mjs'

const LIMIT_MS = 10 * 60_000

async function isCaughtBy(part, condition, tests) {
  const { ok } = await runStep({
    command: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=tools/mutation/vitest.config.mjs',
      '--bail=1',
      '--passWithNoTests',
      ...tests,
    ],
    timeoutMs: LIMIT_MS,
    env: { MUTATION_PART: part, MUTATION_CONDITION: condition },
  })
  return !ok
}

/** The tests beside the file first: they are the likeliest to notice. */
async function isCaught(part, file, at) {
  const condition = `${file}#${at}`
  return (await isCaughtBy(part, condition, [dirname(file)])) || (await isCaughtBy(part, condition, []))
}

/** What is known already is kept with the text of the file: another text is tried again. */
function readKnown(store) {
  return existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : {}
}

export async function tryConditions(name, part) {
  const store = `.cache/mutation/${name}/conditions.json`
  mkdirSync(`.cache/mutation/${name}`, { recursive: true })
  const known = readKnown(store)
  for (const file of sourcesOf(part)) {
    const source = readFileSync(file, 'utf8')
    if (known[file]?.source !== source) known[file] = { source, results: [] }
    const { results } = known[file]
    for (const [at, { line, text }] of conditionsOf(source).entries()) {
      if (results[at]?.caught) continue
      results[at] = { file, line, text, caught: await isCaught(name, file, at) }
      writeFileSync(store, JSON.stringify(known))
      if (!results[at].caught) console.log(`${file}:${line}: nobody misses ${text}`)
    }
  }
  return Object.values(known).flatMap(({ results }) => results)
}
