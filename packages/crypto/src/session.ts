/**
 * The signature that binds a session to a listed device (DESIGN: "Sign-in is not decryption"). Holds no private key:
 * the server uses it through ./public. Signing is in account-signing.ts.
 */
import { DeviceIdSchema, SessionIdSchema, bytes, object } from '@reforms/protocol'
import type { Static } from 'typebox'
import { checkShape } from './document.ts'
import { CryptoError } from './errors.ts'
import { verify } from './signature.ts'

export const SESSION_LABEL = 'reforms session v1'

export const SessionBinding = object({
  deviceId: DeviceIdSchema,
  sessionId: SessionIdSchema,
  /** Made by the server for this session alone, and taken once. */
  challenge: bytes(16, 64),
})
export type SessionBinding = Static<typeof SessionBinding>

/** Throws CryptoError 'malformed' or 'signature'. `signatureKey` comes from the user's verified device list. */
export async function verifySessionSignature(
  signatureKey: Uint8Array,
  binding: SessionBinding,
  signature: Uint8Array,
): Promise<void> {
  const { deviceId, sessionId, challenge } = binding
  const body = { deviceId, sessionId, challenge }
  checkShape(SessionBinding, body)
  if (!(await verify(signatureKey, SESSION_LABEL, body, signature))) {
    throw new CryptoError('signature', "not this device's signature over this session")
  }
}
