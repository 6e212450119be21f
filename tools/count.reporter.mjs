/**
 * A Vitest reporter that writes one line for each test as it ends (`passed`, `failed`, `skipped`), to the file that COUNT_FILE
 * names: so that tools/test.mjs knows what was done also of a suite that was stopped. What failed is written beside it, to
 * be said once more at the end of all. What was skipped for a reason is printed with it, and what passed only at another
 * try with what was wrong at first.
 */
import { appendFileSync } from 'node:fs'

const note = (state) => appendFileSync(process.env.COUNT_FILE, `${state}\n`)
/** Of what is wrong, as much as helps to find it. */
const ERROR_LINES = 12

/** One failure: whose it is, and each of its errors, shortened. */
function noteFailed(name, errors = []) {
  const said = errors.map(({ message, stack }) =>
    `${message}\n${stack ?? ''}`.split('\n').slice(0, ERROR_LINES).join('\n'),
  )
  note('failed')
  appendFileSync(`${process.env.COUNT_FILE}.failed`, `Failed: ${name}\n${said.join('\n')}\n`)
}

export default class CountReporter {
  onTestCaseResult(test) {
    const { state, note: reason, errors } = test.result()
    if (state === 'failed') return noteFailed(`${test.module.relativeModuleId}: ${test.fullName}`, errors)
    note(state)
    if (state === 'passed' && errors?.length)
      console.log(`Failed at first: ${test.fullName}: ${errors[0].message}\n${errors[0].stack ?? ''}`)
    if (state === 'skipped' && reason) console.log(`Skipped: ${test.fullName}: ${reason}`)
  }

  /** A file that cannot be loaded, or whose hooks fail, has failed as well. */
  onTestModuleEnd(module) {
    for (const error of module.errors()) noteFailed(module.relativeModuleId, [error])
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) noteFailed(`${module.relativeModuleId}: ${suite.fullName}`, [error])
    }
  }

  onTestRunEnd(_modules, unhandledErrors) {
    for (const error of unhandledErrors) noteFailed('outside of any test', [error])
    note('end')
  }
}
