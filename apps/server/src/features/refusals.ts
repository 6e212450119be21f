/** What @reforms/crypto refuses, as the error catalogue says it (SPEC.md, ERR-1). The reason is public: a code. */
import { CryptoError, MlsRefused } from '@reforms/crypto/public'
import { ProtocolError, type ErrorCode } from '@reforms/protocol'

function reasonOf(error: unknown): string | undefined {
  return error instanceof CryptoError || error instanceof MlsRefused ? error.code : undefined
}

/** Runs a check of signed or MLS bytes: what it refuses becomes `code`, with the reason as detail. */
export async function refusedAs<T>(code: ErrorCode, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    throw new ProtocolError(code, { reason })
  }
}
