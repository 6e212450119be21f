/**
 * The vault: a user's records, encrypted and versioned, under numbered vault keys, which are sealed together (sealed-keys.ts).
 * The server sees an id that hides the name, a padded size and a version. DESIGN: "Identity and keys". Clients only.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytes, encodeCbor, limits, object } from '@reforms/protocol'
import { Type } from 'typebox'
import { NumberSchema } from './account.ts'
import { TAG_BYTES, decryptOnce, encryptOnce } from './aead.ts'
import { decodeDocument, encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'
import { hkdf } from './hkdf.ts'
import { takeRandom, type Random } from './keys.ts'
import { pad, unpad } from './padme.ts'

const RECORD_LABEL = 'reforms vault record v1'
const RECORD_ID_LABEL = 'reforms vault record id v1'
const NAMES_LABEL = 'reforms vault names v1'

export const VAULT_KEY_BYTES = 32
export const VAULT_RECORD_ID_BYTES = 16
export const MAX_RECORD_NAME_CHARS = 200
const SALT_BYTES = 32

export interface VaultKey {
  readonly number: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** What a record is bound to: the server can neither move it to another id nor serve it as another version. */
export interface RecordPlace {
  readonly recordId: Uint8Array
  readonly version: number
}

export interface VaultContent {
  readonly name: string
  readonly content: Uint8Array
}

const Name = Type.String({ minLength: 1, maxLength: MAX_RECORD_NAME_CHARS })
const Content = object({ name: Name, content: bytes(0, limits.VAULT_RECORD_MAX_BYTES) })
/** [version of the format, number of the vault key, salt, ciphertext] */
const Sealed = Type.Tuple([
  Type.Literal(1),
  NumberSchema,
  bytes(SALT_BYTES, SALT_BYTES),
  bytes(TAG_BYTES, limits.VAULT_RECORD_MAX_BYTES),
])

export function createVaultKey(random: Random): Uint8Array {
  return takeRandom(random, VAULT_KEY_BYTES)
}

/** The key that hides names. Made of the first vault key and never changed, so that ids stay. */
export function vaultNameKey(firstVaultKey: Uint8Array): Promise<Uint8Array> {
  return hkdf('SHA-256', { secret: firstVaultKey, info: [NAMES_LABEL], length: 32 })
}

/** 16 bytes: the same for the same name, meaningless to whoever lacks the name key. */
export async function vaultRecordId(nameKey: Uint8Array, name: string): Promise<Uint8Array> {
  return hmac(sha256, nameKey, encodeCbor([RECORD_ID_LABEL, name])).slice(0, VAULT_RECORD_ID_BYTES)
}

async function recordKey(vaultKey: VaultKey, salt: Uint8Array, place: RecordPlace) {
  const info = [RECORD_LABEL, vaultKey.number, place.recordId, place.version]
  return {
    key: await hkdf('SHA-256', { secret: vaultKey.key, salt, info, length: 32 }),
    associated: encodeCbor(info),
  }
}

/** The payload of a vault record. Throws CryptoError 'malformed' or 'too-large'. */
export async function sealVaultRecord(
  record: RecordPlace & VaultContent & { readonly vaultKey: VaultKey },
  random: Random,
): Promise<Uint8Array> {
  const { vaultKey, name, content } = record
  const plaintext = encodeDocument(Content, { name, content }, limits.VAULT_RECORD_MAX_BYTES)
  const salt = takeRandom(random, SALT_BYTES)
  const { key, associated } = await recordKey(vaultKey, salt, record)
  const ciphertext = await encryptOnce(key, associated, pad(plaintext))
  return encodeDocument(Sealed, [1, vaultKey.number, salt, ciphertext], limits.VAULT_RECORD_MAX_BYTES)
}

/** Throws CryptoError 'malformed', 'too-large', 'missing-key' (none of this number) or 'tag'. */
export async function openVaultRecord(
  record: RecordPlace & { readonly keys: ReadonlyMap<number, Uint8Array>; readonly payload: Uint8Array },
): Promise<VaultContent> {
  const [, number, salt, ciphertext] = decodeDocument(Sealed, record.payload, limits.VAULT_RECORD_MAX_BYTES)
  const found = record.keys.get(number)
  if (!found) throw new CryptoError('missing-key', `no vault key ${number}`)
  const { key, associated } = await recordKey({ number, key: found }, salt, record)
  const plaintext = unpad(await decryptOnce(key, associated, ciphertext))
  return decodeDocument(Content, plaintext, limits.VAULT_RECORD_MAX_BYTES)
}
