/**
 * Tests that cannot run have failed. Vitest says so of their file only, where Stryker does not look: a change that breaks what a
 * whole file prepares, or that it cannot even be loaded with, would count as one that nobody noticed.
 */
import { test, TestRunner } from 'vitest'

function testsOf({ tasks }) {
  return tasks.flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task]))
}

export default class StrictRunner extends TestRunner {
  async importFile(path, source) {
    try {
      return await super.importFile(path, source)
    } catch (error) {
      if (source !== 'collect') throw error
      return test('can be loaded', () => {
        throw error
      })
    }
  }

  async onAfterRunSuite(suite) {
    await super.onAfterRunSuite(suite)
    const { errors } = suite.result
    if (!errors?.length) return
    const skipped = testsOf(suite).filter(({ result }) => result?.state === 'skip')
    for (const { result } of skipped) Object.assign(result, { state: 'fail', errors })
    await this.onTaskUpdate(
      skipped.map(({ id, result, meta }) => [id, result, meta]),
      [],
    )
  }
}
