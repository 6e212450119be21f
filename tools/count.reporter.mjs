/**
 * A Vitest reporter that writes one line for each test as it ends (`passed`, `failed`, `skipped`), to the file that COUNT_FILE
 * names: so that tools/test.mjs knows what was done also of a suite that was stopped. What was skipped for a reason is
 * printed with it, and what passed only at another try with what was wrong at first.
 */
import { appendFileSync } from 'node:fs'

const note = (state) => appendFileSync(process.env.COUNT_FILE, `${state}\n`)

export default class CountReporter {
  onTestCaseResult(test) {
    const { state, note: reason, errors } = test.result()
    note(state)
    if (state === 'passed' && errors?.length)
      console.log(`Failed at first: ${test.fullName}: ${errors[0].message}\n${errors[0].stack ?? ''}`)
    if (state === 'skipped' && reason) console.log(`Skipped: ${test.fullName}: ${reason}`)
  }

  /** A file that cannot be loaded, or whose hooks fail, has failed as well. */
  onTestModuleEnd(module) {
    for (let errors = module.errors().length; errors > 0; errors -= 1) note('failed')
    for (const suite of module.children.allSuites()) {
      for (let errors = suite.errors().length; errors > 0; errors -= 1) note('failed')
    }
  }

  onTestRunEnd(_modules, unhandledErrors) {
    for (let errors = unhandledErrors.length; errors > 0; errors -= 1) note('failed')
    note('end')
  }
}
