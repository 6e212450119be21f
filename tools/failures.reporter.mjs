/** A Vitest reporter that says what has failed as it fails, for runs of an hour that may be stopped before their end. */

const MESSAGE_CHARACTERS = 4000

function say(what, errors) {
  for (const { message = '', stack = '' } of errors)
    console.log(`\nFAILED ${what}\n${`${message}\n${stack}`.slice(0, MESSAGE_CHARACTERS)}`)
}

export default class FailuresReporter {
  onTestCaseResult(test) {
    const { state, errors } = test.result()
    if (state === 'failed') say(`${test.module.relativeModuleId}: ${test.fullName}`, errors)
  }

  /** What cannot be loaded, or whose hooks fail. */
  onTestModuleEnd(module) {
    say(module.relativeModuleId, module.errors())
    for (const suite of module.children.allSuites()) say(suite.fullName, suite.errors())
  }
}
