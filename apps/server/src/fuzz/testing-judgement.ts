/** What is wrong with an answer, whatever was asked: nothing, for a sound server. For tests only. */
import {
  ERRORS,
  EVERYWHERE,
  firstFault,
  isErrorCode,
  OPERATIONS,
  type ErrorCode,
  type OperationName,
} from '@reforms/protocol'

/** A machine that does much other work answers late: a long run there asks for more (`REFORMS_FUZZ_HANG_MS`). */
export const HANG_MS = Number(process.env['REFORMS_FUZZ_HANG_MS'] ?? 1000)

export interface Answered {
  readonly outcome: { readonly output: unknown } | { readonly error: unknown }
  /** Over HTTP only. */
  readonly status?: number
  readonly tookMs: number
}

function faultOfError(name: OperationName, error: unknown, status: number | undefined): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code !== 'string' || !isErrorCode(code))
    return `an error that is not in the catalogue: ${String(code)}`
  if (typeof message !== 'string') return 'an error without words'
  const entry = ERRORS[code]
  if (entry.status >= 500) return `a fault of the server: ${code}`
  if (status !== undefined && entry.status !== status) return `${code} with status ${status}`
  const named: readonly ErrorCode[] = OPERATIONS[name].errors
  // What is in a path may make it another path.
  if (named.includes(code) || EVERYWHERE.includes(code) || code === 'unknown-operation') return undefined
  return `${code}, which ${name} does not name`
}

/** `fits`: whether the input did. */
export function faultOf(name: OperationName, fits: boolean, answered: Answered): string | undefined {
  const { outcome, status, tookMs } = answered
  if (tookMs > HANG_MS) return `an answer after ${Math.round(tookMs)} ms`
  if ('error' in outcome) return faultOfError(name, outcome.error, status)
  if (!fits) return 'what does not fit was accepted'
  const fault = firstFault(OPERATIONS[name].output, outcome.output)
  return fault && `an answer that breaks the table at ${fault.path}: ${fault.problem}`
}
