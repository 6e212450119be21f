/**
 * Sealed envelopes, which devices leave in each other's mailboxes: sealed to the recipient's sealing key, with the
 * sender and its signature inside, so the server learns neither; the signature names the recipient, so an
 * envelope cannot be sealed again for somebody else. DESIGN: "Mailbox". Clients only.
 */
import {
  ChannelIdSchema,
  DeviceIdSchema,
  EpochSchema,
  GenerationSchema,
  KeySchema,
  UserIdSchema,
  bytes,
  encodeCbor,
  limits,
  object,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { MAX_ACCOUNT_STATEMENT_BYTES, MAX_DEVICE_LIST_BYTES } from './account.ts'
import { checkStatement, decodeDocument, encodeDocument, statementSchema } from './document.ts'
import { CryptoError } from './errors.ts'
import { sign, type SealingKeyPair, type SigningKeyPair } from './keys.ts'
import { pad, unpad } from './padme.ts'
import { open, seal } from './seal.ts'

const ENVELOPE_LABEL = 'reforms envelope v1'
export const MAX_ENVELOPE_RECORDS = 500
export const MAX_REQUESTED_EPOCHS = 500
/** What sealing adds, with room for the padding of the rest. */
const MAX_INNER_BYTES = Math.floor(limits.ENVELOPE_MAX_BYTES * 0.85)

export const EnvelopeBody = Type.Union([
  /** An answer to `history-request`: epoch records, each as encodeEpochRecord gives it. */
  object({
    type: Type.Literal('history'),
    channelId: ChannelIdSchema,
    records: Type.Array(bytes(1, MAX_INNER_BYTES), { maxItems: MAX_ENVELOPE_RECORDS }),
  }),
  /** "Waiting for a key": the sender lacks the records of these epochs. */
  object({
    type: Type.Literal('history-request'),
    channelId: ChannelIdSchema,
    epochs: Type.Array(object({ generation: GenerationSchema, epoch: EpochSchema }), {
      minItems: 1,
      maxItems: MAX_REQUESTED_EPOCHS,
    }),
  }),
  /** To a device that showed its QR code: the secret from the code proves that the sender read it. */
  object({
    type: Type.Literal('link'),
    secret: KeySchema,
    accountStatement: bytes(1, MAX_ACCOUNT_STATEMENT_BYTES),
    deviceList: bytes(1, MAX_DEVICE_LIST_BYTES),
  }),
])
export type EnvelopeBody = Static<typeof EnvelopeBody>

const Sender = object({ userId: UserIdSchema, deviceId: DeviceIdSchema })
export type EnvelopeSender = Static<typeof Sender>

const SignedLetter = statementSchema(
  ENVELOPE_LABEL,
  object({ sender: Sender, recipient: DeviceIdSchema, body: EnvelopeBody }),
)

export interface EnvelopeToSeal {
  readonly recipient: { readonly deviceId: DeviceId; readonly sealingKey: Uint8Array }
  readonly sender: {
    readonly userId: UserId
    readonly deviceId: DeviceId
    readonly signature: SigningKeyPair
  }
  readonly body: EnvelopeBody
}

export interface EnvelopeToOpen {
  readonly recipient: { readonly deviceId: DeviceId; readonly sealing: SealingKeyPair }
  readonly sealed: Uint8Array
  /** The key of this device in its user's verified device list, or undefined. The body is not verified yet: only a
   *  device being linked, which knows no list, may use it, for the documents in `link` after comparing the secret. */
  readonly findSignatureKey: (
    sender: EnvelopeSender,
    unverified: EnvelopeBody,
  ) => Promise<Uint8Array | undefined>
}

function associated(recipient: DeviceId): Uint8Array {
  return encodeCbor([ENVELOPE_LABEL, recipient])
}

/** Throws CryptoError 'malformed', 'too-large' or 'bad-key'. */
export async function sealEnvelope(envelope: EnvelopeToSeal): Promise<Uint8Array> {
  const { recipient, sender, body } = envelope
  const from = { userId: sender.userId, deviceId: sender.deviceId }
  const letter = { sender: from, recipient: recipient.deviceId, body }
  const signature = await sign(sender.signature.privateKey, ENVELOPE_LABEL, letter)
  const inner = encodeDocument(SignedLetter, [ENVELOPE_LABEL, letter, signature], MAX_INNER_BYTES)
  return seal(recipient.sealingKey, ENVELOPE_LABEL, associated(recipient.deviceId), pad(inner))
}

/** Throws CryptoError 'malformed', 'too-large', 'tag', 'wrong-subject' (another recipient), 'missing-key' (an unlisted
 *  sender) or 'signature'. The server may deliver an envelope again: applying one twice must change nothing. */
export async function openEnvelope(
  envelope: EnvelopeToOpen,
): Promise<{ readonly sender: EnvelopeSender; readonly body: EnvelopeBody }> {
  const { recipient, sealed, findSignatureKey } = envelope
  if (sealed.length > limits.ENVELOPE_MAX_BYTES)
    throw new CryptoError('too-large', 'more than an envelope has')
  const padded = await open(recipient.sealing, ENVELOPE_LABEL, associated(recipient.deviceId), sealed)
  const signed = decodeDocument(SignedLetter, unpad(padded), MAX_INNER_BYTES)
  const { sender, recipient: named, body } = signed[1]
  if (named !== recipient.deviceId) throw new CryptoError('wrong-subject', 'an envelope for another device')
  const signatureKey = await findSignatureKey(sender, body)
  if (!signatureKey) throw new CryptoError('missing-key', 'the sender is not a listed device')
  await checkStatement(signatureKey, signed)
  return { sender, body }
}
