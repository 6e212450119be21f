/** Secret tokens of sessions and links: 32 random bytes in base64url, of which the server keeps the hash only. */
import { createHash } from 'node:crypto'

export const TOKEN_BYTES = 32

export interface NewToken {
  readonly token: string
  readonly hash: Uint8Array
}

export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest()
}

export function newToken(random: (length: number) => Uint8Array): NewToken {
  const token = Buffer.from(random(TOKEN_BYTES)).toString('base64url')
  return { token, hash: hashToken(token) }
}
