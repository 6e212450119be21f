/**
 * Takes the conditions of a part's SQL out one at a time (conditions.mjs). All in one run of the part's tests first, which catches most
 * (conditions-runner.mjs); for what is left, the part's tests run from the start, until one fails.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runStep } from '../step.mjs'
import { conditionsOf, nameOf } from './conditions.mjs'
import { sourcesOf } from './parts.mjs'
import { isDrawn } from './sample.mjs'

const LIMIT_MS = 10 * 60_000
const TOGETHER_LIMIT_MS = 2 * 60 * 60_000

function runTests(part, env, parameters, timeoutMs) {
  return runStep({
    command: [
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=tools/mutation/vitest.config.mjs',
      ...parameters,
    ],
    timeoutMs,
    env: { MUTATION_PART: part, ...env },
  })
}

async function isCaughtBy(part, condition, tests) {
  const parameters = ['--bail=1', '--passWithNoTests', ...tests]
  const { ok } = await runTests(part, { MUTATION_CONDITION: condition }, parameters, LIMIT_MS)
  return !ok
}

/** The tests beside the file first: they are the likeliest to notice. */
async function isCaught(part, { file, at }) {
  const condition = `${file}#${at}`
  return (await isCaughtBy(part, condition, [dirname(file)])) || (await isCaughtBy(part, condition, []))
}

/** What is known already, by the name of a condition, which says the text of its file: in another text it is tried again. */
function readKnown(store) {
  if (!existsSync(store)) return new Map()
  const lines = readFileSync(store, 'utf8').trim().split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => JSON.parse(line)).map(({ condition, caught }) => [condition, caught === true]),
  )
}

function conditionsIn(part) {
  return sourcesOf(part).flatMap((file) => {
    const source = readFileSync(file, 'utf8')
    return conditionsOf(source)
      .map(({ line, text }, at) => ({ file, line, text, at, name: nameOf(file, source, at) }))
      .filter(({ line, text }) => isDrawn(file, line, text))
  })
}

export async function tryConditions(name, part) {
  const store = `.cache/mutation/${name}/conditions.jsonl`
  mkdirSync(dirname(store), { recursive: true })
  const conditions = conditionsIn(part)
  const left = () => conditions.filter((condition) => !readKnown(store).get(condition.name))
  if (left().length > 0) {
    const names = JSON.stringify(left().map((condition) => condition.name))
    const env = { MUTATION_CONDITIONS: names, MUTATION_FOUND: store }
    await runTests(name, env, [], TOGETHER_LIMIT_MS)
  }
  for (const condition of left()) {
    const caught = await isCaught(name, condition)
    appendFileSync(store, `${JSON.stringify({ condition: condition.name, caught })}\n`)
    if (!caught) console.log(`${condition.file}:${condition.line}: nobody misses ${condition.text}`)
  }
  const known = readKnown(store)
  return conditions.map((condition) => ({ ...condition, caught: known.get(condition.name) === true }))
}
