/** What a rejected intent means for the person: read by shape, since the error may have crossed a worker. */
import type { IntentProblem } from '@reforms/client'
import { text } from '../text/index.ts'

export function problemOf(error: unknown): IntentProblem {
  if (typeof error === 'object' && error !== null && 'problem' in error && isProblem(error.problem)) {
    return error.problem
  }
  return { code: 'internal', message: text.ui.unknownProblem }
}

function isProblem(value: unknown): value is IntentProblem {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  )
}
