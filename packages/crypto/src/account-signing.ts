/**
 * Making the documents that account.ts and session.ts verify. For clients only: it handles private keys.
 */
import type { DeviceId, SessionId } from '@reforms/protocol'
import type { Static, TSchema } from 'typebox'
import {
  ACCOUNT_LABEL,
  AccountStatement,
  DEVICE_LIST_LABEL,
  DeviceList,
  IDENTITY_REPLACEMENT_LABEL,
  IdentityReplacement,
  MAX_ACCOUNT_STATEMENT_BYTES,
  MAX_DEVICE_LIST_BYTES,
  MAX_IDENTITY_REPLACEMENT_BYTES,
  checkDevices,
} from './account.ts'
import { checkShape, encodeDocument, statementSchema } from './document.ts'
import { sign, type SigningKeyPair } from './keys.ts'
import { SESSION_LABEL, SessionBinding } from './session.ts'

async function signStatement<S extends TSchema>(
  privateKey: Uint8Array,
  label: string,
  schema: S,
  body: Static<S>,
  maxBytes: number,
): Promise<Uint8Array> {
  checkShape(schema, body)
  const signature = await sign(privateKey, label, body)
  const document: [string, unknown, Uint8Array] = [label, body, signature]
  return encodeDocument(statementSchema(label, schema), document as never, maxBytes)
}

/** The identity key names the account key and the recovery key. */
export function signAccountStatement(
  identity: SigningKeyPair,
  statement: Omit<AccountStatement, 'identityKey'>,
): Promise<Uint8Array> {
  const { userId, number, accountKey, recoveryKey } = statement
  const body = { userId, number, accountKey, recoveryKey, identityKey: identity.publicKey }
  return signStatement(
    identity.privateKey,
    ACCOUNT_LABEL,
    AccountStatement,
    body,
    MAX_ACCOUNT_STATEMENT_BYTES,
  )
}

/** Throws CryptoError 'malformed' or 'duplicate-device' for a list that verifyDeviceList would refuse. */
export async function signDeviceList(accountPrivateKey: Uint8Array, list: DeviceList): Promise<Uint8Array> {
  checkShape(DeviceList, list)
  checkDevices(list.devices)
  return signStatement(accountPrivateKey, DEVICE_LIST_LABEL, DeviceList, list, MAX_DEVICE_LIST_BYTES)
}

/** The old identity key names its successor: a replaced phrase keeps the person. */
export function signIdentityReplacement(
  oldIdentity: SigningKeyPair,
  replacement: Omit<IdentityReplacement, 'oldIdentityKey'>,
): Promise<Uint8Array> {
  const { userId, newIdentityKey, replacedAt } = replacement
  const body = { userId, newIdentityKey, replacedAt, oldIdentityKey: oldIdentity.publicKey }
  return signStatement(
    oldIdentity.privateKey,
    IDENTITY_REPLACEMENT_LABEL,
    IdentityReplacement,
    body,
    MAX_IDENTITY_REPLACEMENT_BYTES,
  )
}

/** Binds a session to a listed device: the device's signature over the session and the server's challenge. 64 bytes. */
export async function signSession(
  device: { readonly deviceId: DeviceId; readonly signature: SigningKeyPair },
  binding: { readonly sessionId: SessionId; readonly challenge: Uint8Array },
): Promise<Uint8Array> {
  const body = { deviceId: device.deviceId, sessionId: binding.sessionId, challenge: binding.challenge }
  checkShape(SessionBinding, body)
  return sign(device.signature.privateKey, SESSION_LABEL, body)
}
