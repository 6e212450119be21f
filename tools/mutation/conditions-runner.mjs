/**
 * Tries the conditions of SQL while the tests run, one process for all: a test that has passed goes again for each condition that it has
 * met, with this one out, until some test has missed it. A test that fails leaves behind what it made: its file is prepared anew then, and
 * only a failure in a fresh world counts, where the test passes with all conditions in. What is caught is appended to MUTATION_FOUND,
 * a line each; what is left is for conditions-run.mjs.
 */
import { appendFileSync } from 'node:fs'
import { TestRunner } from 'vitest'
import StrictRunner from './runner.mjs'

const wanted = new Set(JSON.parse(process.env.MUTATION_CONDITIONS))
const met = new Set()
let out
let isFresh = false

globalThis.isOut = (condition) => {
  met.add(condition)
  return condition === out
}

function suitesOf({ suite, file }) {
  return suite ? [...suitesOf(suite), suite] : [file]
}

/** What the file's tests share is made again: the variables they keep it in are the file's own. */
async function makeFresh(test) {
  const suites = [...new Set(suitesOf(test))]
  for (const suite of suites.toReversed())
    for (const hook of TestRunner.getSuiteHooks(suite).afterAll) await hook({}, suite)
  for (const suite of suites)
    for (const hook of TestRunner.getSuiteHooks(suite).beforeAll) await hook({}, suite)
  isFresh = true
}

async function passes(test, condition) {
  out = condition
  try {
    await TestRunner.getTestFn(test)()
    return true
  } catch {
    return false
  } finally {
    out = undefined
    isFresh = false
  }
}

/** With a condition out, or none. A failure counts in a fresh world only. */
async function fails(test, condition) {
  if (!isFresh && (await passes(test, condition))) return false
  if (!isFresh) await makeFresh(test)
  const failed = !(await passes(test, condition))
  if (failed) await makeFresh(test)
  return failed
}

function keep(record) {
  appendFileSync(process.env.MUTATION_FOUND, `${JSON.stringify(record)}\n`)
}

async function tryConditions(test) {
  const name = `${test.file.name}: ${test.name}`
  let isSound = false
  for (const condition of [...met].filter((one) => wanted.has(one))) {
    if (!(await fails(test, condition))) continue
    isSound ||= !(await fails(test))
    if (!isSound) return keep({ name, repeatable: false })
    wanted.delete(condition)
    keep({ name, condition, caught: true })
  }
}

export default class ConditionsRunner extends StrictRunner {
  async runTask(test) {
    isFresh = false
    met.clear()
    await TestRunner.getTestFn(test)()
    await tryConditions(test)
  }
}
