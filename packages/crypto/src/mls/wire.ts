/**
 * MLS messages on the wire (RFC 9420, section 6). Everything from outside comes in through decodeMessage or
 * decodeTree: capped, and refused unless it is the one encoding of what it says.
 */
import { limits } from '@reforms/protocol'
import { decodeMlsMessage, encodeMlsMessage, type MLSMessage, type RatchetTree } from 'ts-mls'
import type { Decoder, Encoder } from 'ts-mls'
import { decodeRatchetTree, encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { equalBytes } from '../document.ts'
import { MlsRefused } from './refusal.ts'

type Wireformat = MLSMessage['wireformat']
type MessageOf<W extends Wireformat> = Extract<MLSMessage, { wireformat: W }>

const MAX_BYTES: Record<Wireformat, number> = {
  mls_public_message: limits.COMMIT_MAX_BYTES,
  mls_private_message: 0,
  mls_welcome: limits.WELCOME_MAX_BYTES,
  mls_group_info: limits.GROUP_INFO_MAX_BYTES,
  mls_key_package: limits.KEY_PACKAGE_MAX_BYTES,
}

/** Decodes all of the bytes, which must be what `encode` makes of the value. Throws MlsRefused 'malformed'. */
export function decodeExactly<T>(
  decode: Decoder<T>,
  encode: Encoder<T>,
  bytes: Uint8Array,
  maxBytes: number,
): T {
  if (bytes.length > maxBytes) throw new MlsRefused('malformed', `more than ${maxBytes} bytes`)
  const own = bytes.slice()
  try {
    const decoded = decode(own, 0)
    if (decoded && equalBytes(encode(decoded[0]), own)) return decoded[0]
  } catch {
    throw new MlsRefused('malformed', 'not an MLS structure')
  }
  throw new MlsRefused('malformed', 'not an MLS structure')
}

/** Throws MlsRefused 'malformed'. */
export function decodeMessage<W extends Wireformat>(bytes: Uint8Array, wireformat: W): MessageOf<W> {
  const message = decodeExactly(decodeMlsMessage, encodeMlsMessage, bytes, MAX_BYTES[wireformat])
  if (message.wireformat !== wireformat) throw new MlsRefused('malformed', `not an ${wireformat}`)
  return message as MessageOf<W>
}

/** Throws MlsRefused 'malformed'. */
export function decodeTree(bytes: Uint8Array): RatchetTree {
  return decodeExactly(decodeRatchetTree, encodeRatchetTree, bytes, limits.TREE_MAX_BYTES)
}

export const encodeTree = encodeRatchetTree
export const encodeMessage = encodeMlsMessage
