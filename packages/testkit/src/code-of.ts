/** What became of a call: 'done', or the code of the protocol's refusal. For tests only. */
import { ProtocolError } from '@reforms/protocol'

/** Throws whatever is no refusal of the protocol. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return error.code
  }
}
