/**
 * Tests that cannot run have failed. Vitest says so of their file only, where Stryker does not look: a change that breaks what a
 * whole file prepares, or that it cannot even be loaded with, would count as one that nobody noticed.
 */
import { test, TestRunner } from 'vitest'

/** Of the suite, or of one around it, that could not be prepared. */
function errorsOf({ result, suite, file }) {
  if (result?.errors?.length) return result.errors
  const around = suite ?? file
  return around === undefined || around.id === file?.id ? file?.result?.errors : errorsOf(around)
}

function tasksOf(task) {
  return [task, ...(task.tasks ?? []).flatMap(tasksOf)]
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

  /** Before anybody hears that they were skipped: whoever has heard it does not take it back. */
  async onBeforeRunFiles(files) {
    await super.onBeforeRunFiles?.(files)
    const tasks = new Map(files.flatMap(tasksOf).map((task) => [task.id, task]))
    const tell = this.onTaskUpdate
    this.onTaskUpdate = (packs, events) => {
      for (const [id, result] of packs) {
        const task = tasks.get(id)
        if (result?.state !== 'skip' || task?.type !== 'test') continue
        const errors = errorsOf(task)
        if (errors?.length) Object.assign(result, { state: 'fail', errors })
      }
      return tell.call(this, packs, events)
    }
  }
}
