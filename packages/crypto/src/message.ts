/**
 * A message's payload: padded content under ChaCha20-Poly1305, with a key of its own derived from the epoch's secret, a
 * commitment to that key, and the sending device's signature over all of it. Decrypting is a pure function of the
 * epoch secret and the entry. DESIGN: "Encryption", "A message". Clients only.
 */
import {
  bytes,
  encodeCbor,
  limits,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Generation,
  type Seq,
  type UserId,
} from '@reforms/protocol'
import { Type } from 'typebox'
import { TAG_BYTES, decryptOnce, encryptOnce } from './aead.ts'
import { checkStatement, decodeDocument, encodeDocument, equalBytes } from './document.ts'
import { CryptoError } from './errors.ts'
import { hkdf } from './hkdf.ts'
import { sign, takeRandom, type Random, type SigningKeyPair } from './keys.ts'
import { pad, unpad } from './padme.ts'

const MESSAGE_LABEL = 'reforms message v1'
const MESSAGE_VERSION = 1
const SALT_BYTES = 32
const KEY_BYTES = 32
const COMMITMENT_BYTES = 32
export const MAX_NOTIFIED = 100

/** What a payload is bound to: where it stands and what the entry around it says. */
export interface MessageContext {
  /** What it is, if not an entry of the log: neither opens as the other (BCN-1). */
  readonly kind?: 'beacon'
  readonly channelId: ChannelId
  readonly generation: Generation
  /** 16 bytes: the epoch by its name, not by its number alone. */
  readonly epochId: Uint8Array
  readonly deviceId: DeviceId
  readonly clientId: ClientId
  readonly relatesTo?: Seq | undefined
  readonly notify?: readonly UserId[] | undefined
}

export interface MessageToEncrypt extends MessageContext {
  readonly epochSecret: Uint8Array
  readonly content: Uint8Array
  /** The sending device's key. */
  readonly signatureKey: SigningKeyPair
}

export interface MessageToDecrypt extends MessageContext {
  readonly epochSecret: Uint8Array
  readonly payload: Uint8Array
  /** The key of the sender's leaf in that epoch, as the roster or the epoch record has it. */
  readonly signerPublicKey: Uint8Array
}

/** [version, salt, commitment, ciphertext, signature] */
const Payload = Type.Tuple([
  Type.Literal(MESSAGE_VERSION),
  bytes(SALT_BYTES, SALT_BYTES),
  bytes(COMMITMENT_BYTES, COMMITMENT_BYTES),
  bytes(TAG_BYTES, limits.PAYLOAD_MAX_BYTES),
  bytes(64, 64),
])

/** MSG-1. */
async function deriveKeys(epochSecret: Uint8Array, salt: Uint8Array, context: MessageContext) {
  const info = [MESSAGE_LABEL, context.deviceId, context.clientId]
  const derived = await hkdf('SHA-256', {
    secret: epochSecret,
    salt,
    info,
    length: KEY_BYTES + COMMITMENT_BYTES,
  })
  return { key: derived.slice(0, KEY_BYTES), commitment: derived.slice(KEY_BYTES) }
}

/** What the tag and the signature cover (MSG-3). */
function header(context: MessageContext, salt: Uint8Array, commitment: Uint8Array): unknown[] {
  const { kind, channelId, generation, epochId, deviceId, clientId, relatesTo, notify } = context
  if (notify && notify.length > MAX_NOTIFIED) {
    throw new CryptoError('malformed', `more than ${MAX_NOTIFIED} users to notify`)
  }
  const place = [MESSAGE_LABEL, MESSAGE_VERSION, channelId, generation, epochId, deviceId, clientId]
  return [...place, kind ?? 'message', relatesTo ?? null, notify ?? null, salt, commitment]
}

/** The payload of a `message` entry, never the same twice (MSG-2, MSG-4). Throws CryptoError 'too-large' or 'malformed'. */
export async function encryptMessage(message: MessageToEncrypt, random: Random): Promise<Uint8Array> {
  const salt = takeRandom(random, SALT_BYTES)
  const { key, commitment } = await deriveKeys(message.epochSecret, salt, message)
  const covered = header(message, salt, commitment)
  const ciphertext = await encryptOnce(key, encodeCbor(covered), pad(message.content))
  const signature = await sign(message.signatureKey.privateKey, MESSAGE_LABEL, [covered, ciphertext])
  const payload: [1, Uint8Array, Uint8Array, Uint8Array, Uint8Array] = [
    1,
    salt,
    commitment,
    ciphertext,
    signature,
  ]
  return encodeDocument(Payload, payload, limits.PAYLOAD_MAX_BYTES)
}

/** The content, the same each time (MSG-5, MSG-6). Throws CryptoError 'malformed', 'too-large', 'commitment' (another epoch secret, device or clientId),
 *  'tag' (altered, or out of its place) or 'signature' (not this signer's). */
export async function decryptMessage(message: MessageToDecrypt): Promise<Uint8Array> {
  const decoded = decodeDocument(Payload, message.payload, limits.PAYLOAD_MAX_BYTES)
  const [, salt, claimed, ciphertext, signature] = decoded
  const { key, commitment } = await deriveKeys(message.epochSecret, salt, message)
  if (!equalBytes(commitment, claimed)) {
    throw new CryptoError('commitment', 'the key is not the one that the payload commits to')
  }
  const covered = header(message, salt, commitment)
  const padded = await decryptOnce(key, encodeCbor(covered), ciphertext)
  await checkStatement(message.signerPublicKey, [MESSAGE_LABEL, [covered, ciphertext], signature])
  return unpad(padded)
}
