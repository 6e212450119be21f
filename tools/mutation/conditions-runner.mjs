/**
 * Tries the conditions of SQL while the tests run, one process for all: a test that has passed goes again for each condition it has met,
 * with this one out, until some test has missed it. Before, and after each failure, it goes again with all of them: a test that cannot be
 * repeated says nothing. What is caught is appended to MUTATION_FOUND, a line each; what is left is for conditions-run.mjs.
 */
import { appendFileSync } from 'node:fs'
import { TestRunner } from 'vitest'
import StrictRunner from './runner.mjs'

const wanted = new Set(JSON.parse(process.env.MUTATION_CONDITIONS))
const met = new Set()
let out

globalThis.isOut = (condition) => {
  met.add(condition)
  return condition === out
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
  }
}

function keep(record) {
  appendFileSync(process.env.MUTATION_FOUND, `${JSON.stringify(record)}\n`)
}

async function tryConditions(test) {
  const conditions = [...met].filter((condition) => wanted.has(condition))
  if (conditions.length === 0) return
  const name = `${test.file.name}: ${test.name}`
  if (!(await passes(test))) return keep({ name, repeatable: false })
  for (const condition of conditions) {
    if (await passes(test, condition)) continue
    if (!(await passes(test))) return keep({ name, condition, repeatable: false })
    wanted.delete(condition)
    keep({ name, condition, caught: true })
  }
}

export default class ConditionsRunner extends StrictRunner {
  async runTask(test) {
    met.clear()
    await TestRunner.getTestFn(test)()
    await tryConditions(test)
  }
}
