/** The log's hash chain, checked link by link. DESIGN: "The log is a hash chain"; SPEC.md, LOG-2 to LOG-4. */
import { hashPayload, nextHead } from '@reforms/crypto'
import type { Entry } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'

export class LogDiverged extends Error {
  override readonly name = 'LogDiverged'
}

/**
 * Checks that entries follow (seq, head) without a gap, and that payloads are those that were hashed. Throws LogDiverged:
 * the server has another history than the one known here, or tells two.
 */
export function checkChain(entries: readonly Entry[], before: { seq: number; head: Uint8Array }): void {
  let { seq, head } = before
  for (const entry of entries) {
    if (entry.seq !== seq + 1) throw new LogDiverged(`entry ${entry.seq} does not follow ${seq}`)
    if (entry.payload && !sameBytes(hashPayload(entry.payload), entry.payloadHash)) {
      throw new LogDiverged(`entry ${entry.seq} has another payload than was hashed`)
    }
    const expected = nextHead(
      head,
      {
        channelId: entry.channelId,
        seq: entry.seq,
        kind: entry.kind,
        generation: entry.generation,
        epoch: entry.epoch,
        sender: entry.sender ?? null,
        clientId: entry.clientId,
        relatesTo: entry.relatesTo,
        notify: entry.notify,
        at: entry.at,
      },
      entry.payloadHash,
    )
    if (!sameBytes(expected, entry.head)) throw new LogDiverged(`entry ${entry.seq} has a wrong head`)
    seq = entry.seq
    head = entry.head
  }
}
