/** The log's hash chain, checked link by link. DESIGN: "The log is a hash chain"; SPEC.md, LOG-2 to LOG-4. */
import { hashPayload, nextHead } from '@reforms/crypto'
import type { ChannelId, Entry } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'

export class LogDiverged extends Error {
  override readonly name = 'LogDiverged'
}

/** What a log follows: an entry's place in the channel that was asked for. */
export interface ChainPlace {
  readonly channelId: ChannelId
  readonly seq: number
  readonly head: Uint8Array
}

/**
 * Checks that entries are of this channel, follow (seq, head) without a gap, and that payloads are those that were hashed. Throws LogDiverged:
 * the server has another history than the one known here, or tells two.
 */
export function checkChain(entries: readonly Entry[], before: ChainPlace): void {
  let { seq, head } = before
  for (const entry of entries) {
    if (entry.channelId !== before.channelId) {
      throw new LogDiverged(`entry ${entry.seq} is of another channel`)
    }
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
