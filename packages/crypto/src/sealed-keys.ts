/**
 * Sealed keys: the account key and the vault keys, sealed to the recovery key and to each listed device. Sealing proves
 * no author, so opening asks that the account key inside is the one that the user's statement names: only who holds
 * it can have sealed it, and the server cannot slip in a vault key of its own. DESIGN: "Identity and keys". Clients only.
 */
import {
  UserIdSchema,
  bytes,
  encodeCbor,
  limits,
  object,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { Type } from 'typebox'
import { NumberSchema, type AccountStatement } from './account.ts'
import { decodeDocument, encodeDocument, equalBytes } from './document.ts'
import { CryptoError } from './errors.ts'
import { signingKeyPairFrom, type SealingKeyPair } from './keys.ts'
import { open, seal } from './seal.ts'
import type { VaultKey } from './vault.ts'

const SEALED_KEYS_LABEL = 'reforms sealed keys v1'
export const MAX_SEALED_VAULT_KEYS = 128

export type KeysRecipient =
  { readonly kind: 'recovery' } | { readonly kind: 'device'; readonly deviceId: DeviceId }

export interface AccountKeys {
  readonly userId: UserId
  readonly accountNumber: number
  readonly accountPrivateKey: Uint8Array
  readonly vaultKeys: readonly VaultKey[]
}

const Key = bytes(32, 32)
const Keys = object({
  userId: UserIdSchema,
  accountNumber: NumberSchema,
  accountPrivateKey: Key,
  vaultKeys: Type.Array(object({ number: NumberSchema, key: Key }), {
    minItems: 1,
    maxItems: MAX_SEALED_VAULT_KEYS,
  }),
})

function associated(recipient: KeysRecipient, userId: UserId): Uint8Array {
  return encodeCbor([SEALED_KEYS_LABEL, userId, recipient.kind === 'device' ? recipient.deviceId : null])
}

/** Throws CryptoError 'malformed', 'too-large' or 'bad-key'. */
export async function sealAccountKeys(
  recipient: KeysRecipient,
  publicKey: Uint8Array,
  keys: AccountKeys,
): Promise<Uint8Array> {
  const { userId, accountNumber, accountPrivateKey, vaultKeys } = keys
  const plain = { userId, accountNumber, accountPrivateKey, vaultKeys: [...vaultKeys] }
  const plaintext = encodeDocument(Keys, plain, limits.SEALED_KEYS_MAX_BYTES - 64)
  return seal(publicKey, SEALED_KEYS_LABEL, associated(recipient, userId), plaintext)
}

/** `statement` is the user's verified account statement. Throws CryptoError 'too-large', 'malformed', 'tag',
 *  'wrong-number' (of another account key) or 'bad-key' (not the account key that the statement names). */
export async function openAccountKeys(
  recipient: KeysRecipient,
  pair: SealingKeyPair,
  statement: Pick<AccountStatement, 'userId' | 'number' | 'accountKey'>,
  sealed: Uint8Array,
): Promise<AccountKeys> {
  if (sealed.length > limits.SEALED_KEYS_MAX_BYTES)
    throw new CryptoError('too-large', 'more than sealed keys have')
  const plaintext = await open(pair, SEALED_KEYS_LABEL, associated(recipient, statement.userId), sealed)
  const keys = decodeDocument(Keys, plaintext, limits.SEALED_KEYS_MAX_BYTES)
  if (keys.userId !== statement.userId) throw new CryptoError('wrong-subject', "another user's keys")
  if (keys.accountNumber !== statement.number)
    throw new CryptoError('wrong-number', 'keys of another account key')
  if (!equalBytes(signingKeyPairFrom(keys.accountPrivateKey).publicKey, statement.accountKey)) {
    throw new CryptoError('bad-key', 'not the account key that the statement names')
  }
  return keys
}
