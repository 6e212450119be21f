/**
 * A user's public documents: the account statement (the identity key names the numbered account key), the device list
 * (the account key names the devices) and the identity replacement (the old identity key names the new). DESIGN:
 * "Identity and keys". Holds no private key: the server uses it through ./public. Signing is in account-signing.ts.
 */
import { DeviceIdSchema, KeySchema, TimeSchema, UserIdSchema, object } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { checkStatement, decodeDocument, equalBytes, statementSchema } from './document.ts'
import { CryptoError } from './errors.ts'
import { isSmallOrder } from './signature.ts'

export const ACCOUNT_LABEL = 'reforms account v1'
export const DEVICE_LIST_LABEL = 'reforms device list v1'
export const IDENTITY_REPLACEMENT_LABEL = 'reforms identity replacement v1'

export const MAX_DEVICES = 50
export const MAX_DEVICE_NAME_CHARS = 64
export const MAX_ACCOUNT_STATEMENT_BYTES = 512
export const MAX_DEVICE_LIST_BYTES = 32_768
export const MAX_IDENTITY_REPLACEMENT_BYTES = 512

/** Account keys, device lists and vault keys are numbered from 1; a lower number than one seen before is refused. */
export const NumberSchema = Type.Integer({ minimum: 1, maximum: 0xffffffff })

export const AccountStatement = object({
  userId: UserIdSchema,
  number: NumberSchema,
  /** Ed25519; signs device lists. */
  accountKey: KeySchema,
  /** Ed25519; made from the phrase; signs this statement. */
  identityKey: KeySchema,
  /** X25519; made from the phrase; account and vault keys are sealed to it. */
  recoveryKey: KeySchema,
})
export type AccountStatement = Static<typeof AccountStatement>

export const ListedDevice = object({
  deviceId: DeviceIdSchema,
  /** Ed25519: the device key, which is also its MLS leaves' signature key. */
  signatureKey: KeySchema,
  /** X25519: what envelopes and account keys for this device are sealed to. */
  sealingKey: KeySchema,
  name: Type.String({ maxLength: MAX_DEVICE_NAME_CHARS }),
  addedAt: TimeSchema,
})
export type ListedDevice = Static<typeof ListedDevice>

export const DeviceList = object({
  userId: UserIdSchema,
  number: NumberSchema,
  /** The number of the account key that signs this list. */
  accountNumber: NumberSchema,
  devices: Type.Array(ListedDevice, { maxItems: MAX_DEVICES }),
})
export type DeviceList = Static<typeof DeviceList>

export const IdentityReplacement = object({
  userId: UserIdSchema,
  oldIdentityKey: KeySchema,
  newIdentityKey: KeySchema,
  replacedAt: TimeSchema,
})
export type IdentityReplacement = Static<typeof IdentityReplacement>

const SignedAccountStatement = statementSchema(ACCOUNT_LABEL, AccountStatement)
const SignedDeviceList = statementSchema(DEVICE_LIST_LABEL, DeviceList)
const SignedIdentityReplacement = statementSchema(IDENTITY_REPLACEMENT_LABEL, IdentityReplacement)

function checkSigningKeys(...keys: Uint8Array[]): void {
  if (keys.some(isSmallOrder)) throw new CryptoError('bad-key', 'a key of small order')
}

/** Throws CryptoError 'malformed', 'too-large', 'bad-key' or 'signature'. Whether the identity key is the right one
 *  is for the caller to know (pinned, compared, or from the key log). */
export async function verifyAccountStatement(bytes: Uint8Array): Promise<AccountStatement> {
  const statement = decodeDocument(SignedAccountStatement, bytes, MAX_ACCOUNT_STATEMENT_BYTES)
  checkSigningKeys(statement[1].identityKey, statement[1].accountKey)
  await checkStatement(statement[1].identityKey, statement)
  return statement[1]
}

/** Throws CryptoError 'duplicate-device' or 'bad-key'. Two devices never share a key either. */
export function checkDevices(devices: readonly ListedDevice[]): void {
  for (const [index, device] of devices.entries()) {
    const earlier = devices.slice(0, index)
    const doubled = earlier.some(
      (other) => other.deviceId === device.deviceId || equalBytes(other.signatureKey, device.signatureKey),
    )
    if (doubled) throw new CryptoError('duplicate-device', 'a device is listed twice')
    checkSigningKeys(device.signatureKey)
  }
}

/** Checks a device list against its user's account statement. Throws CryptoError 'malformed', 'too-large',
 *  'wrong-subject', 'wrong-number', 'duplicate-device', 'bad-key' or 'signature'. */
export async function verifyDeviceList(bytes: Uint8Array, statement: AccountStatement): Promise<DeviceList> {
  const signed = decodeDocument(SignedDeviceList, bytes, MAX_DEVICE_LIST_BYTES)
  const list = signed[1]
  if (list.userId !== statement.userId) throw new CryptoError('wrong-subject', "another user's device list")
  if (list.accountNumber !== statement.number) {
    throw new CryptoError('wrong-number', 'a device list of another account key')
  }
  checkDevices(list.devices)
  await checkStatement(statement.accountKey, signed)
  return list
}

/** Checks that the old identity key named the new one. Throws CryptoError 'malformed', 'too-large', 'bad-key',
 *  'wrong-subject' (not a replacement of the given key) or 'signature'. */
export async function verifyIdentityReplacement(
  bytes: Uint8Array,
  oldIdentityKey: Uint8Array,
): Promise<IdentityReplacement> {
  const signed = decodeDocument(SignedIdentityReplacement, bytes, MAX_IDENTITY_REPLACEMENT_BYTES)
  if (!equalBytes(signed[1].oldIdentityKey, oldIdentityKey)) {
    throw new CryptoError('wrong-subject', 'a replacement of another identity key')
  }
  checkSigningKeys(signed[1].oldIdentityKey, signed[1].newIdentityKey)
  await checkStatement(oldIdentityKey, signed)
  return signed[1]
}
