/** What the server says in a channel's log, in clear: it may be anything. */
import { decodeCbor, firstFault, NoticePayload } from '@reforms/protocol'

/** Undefined for what is none, and for what this version does not know. */
export function decodeNotice(payload: Uint8Array | undefined): NoticePayload | undefined {
  if (!payload) return undefined
  try {
    const decoded = decodeCbor(payload)
    return firstFault(NoticePayload, decoded) ? undefined : (decoded as NoticePayload)
  } catch {
    return undefined
  }
}
