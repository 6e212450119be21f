/**
 * Something that only whoever runs the server can mend: it is printed as sentences, without a stack trace, and ends the
 * program with `exitCode` (2: wrong configuration or usage, 1: anything else).
 */
export class OperatorProblem extends Error {
  override readonly name = 'OperatorProblem'
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
  }
}
