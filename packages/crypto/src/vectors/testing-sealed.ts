/** Vectors of what is sealed to a key (HPKE): sealed account keys and envelopes. The ephemeral key is given. For tests only. */
import { encodeCbor, type ChannelId, type DeviceId, type UserId } from '@reforms/protocol'
import { openEnvelope, sealEnvelope, type EnvelopeBody } from '../envelope.ts'
import { sealingKeyPairFrom, signingKeyPairFrom } from '../keys.ts'
import { openAccountKeys, sealAccountKeys, type AccountKeys, type KeysRecipient } from '../sealed-keys.ts'
import { fixed, fixedId, flipped, signedDocument } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { hpkeOpen, hpkeSeal } from './testing-hpke.ts'
import { paddedBytes } from './testing-padding.ts'
import { publicKeyOf } from './testing-primitives.ts'

const HPKE =
  'HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305; sealed = encapsulated key (32 bytes) || ciphertext. '
const privateKey = fixed(90)
const userId = fixedId<UserId>(91)
const deviceId = fixedId<DeviceId>(92)
const KEYS_LABEL = 'reforms sealed keys v1'

interface KeysInput {
  readonly recipient: KeysRecipient
  readonly privateKey: Uint8Array
  readonly ephemeralKey: Uint8Array
  readonly keys: AccountKeys
}
const keys: AccountKeys = {
  userId,
  accountNumber: 2,
  accountPrivateKey: fixed(93),
  vaultKeys: [
    { number: 1, key: fixed(94) },
    { number: 2, key: fixed(95) },
  ],
}
const forDevice: KeysInput = {
  recipient: { kind: 'device', deviceId },
  privateKey,
  ephemeralKey: fixed(96),
  keys,
}
const forRecovery: KeysInput = { ...forDevice, recipient: { kind: 'recovery' }, ephemeralKey: fixed(97) }
const keysAssociated = (recipient: KeysRecipient, user: UserId) =>
  cbor([KEYS_LABEL, user, recipient.kind === 'device' ? recipient.deviceId : null])

function secondKeys({ recipient, privateKey: secret, ephemeralKey, keys: contents }: KeysInput) {
  const recipientKey = publicKeyOf('X25519', secret)
  const associated = keysAssociated(recipient, contents.userId)
  const plaintext = cbor(contents)
  const { steps, sealed } = hpkeSeal(
    { recipientKey, ephemeralKey, purpose: KEYS_LABEL, associated },
    plaintext,
  )
  return { steps: { recipientKey, plaintext, ...steps }, output: { sealed } }
}

const statement = { userId, number: 2, accountKey: publicKeyOf('Ed25519', keys.accountPrivateKey) }
const given = {
  recipient: forDevice.recipient,
  privateKey,
  statement,
  sealed: secondKeys(forDevice).output.sealed,
}
const keysWith = (code: string, changes: Partial<typeof given>) => ({ given: { ...given, ...changes }, code })
const resealed = (changes: object) =>
  secondKeys({ ...forDevice, keys: { ...keys, ...changes } }).output.sealed
/** Other keys inside than the associated data say: whoever seals may lie. */
const ofAnother = hpkeSeal(
  {
    recipientKey: publicKeyOf('X25519', privateKey),
    ephemeralKey: fixed(96),
    purpose: KEYS_LABEL,
    associated: keysAssociated(forDevice.recipient, userId),
  },
  cbor({ ...keys, userId: fixedId<UserId>(1) }),
).sealed

const sealedKeys = format({
  name: 'sealed-keys',
  rules: ['DIR-6', 'VLT-4'],
  about:
    `${HPKE}info = CBOR ["reforms seal v1", "reforms sealed keys v1"]; associated data = CBOR ["reforms sealed keys v1", userId, deviceId or null for the recovery key]; ` +
    'plaintext = CBOR {userId, accountNumber, accountPrivateKey, vaultKeys: [{number, key}]}.',
  inputs: {
    'for a device': forDevice,
    'for the recovery key': forRecovery,
  },
  second: secondKeys,
  async open({ recipient, privateKey: secret }, { sealed }) {
    return { keys: await openAccountKeys(recipient, sealingKeyPairFrom(secret), statement, sealed) }
  },
  refused: {
    'another key’s': keysWith('tag', { privateKey: fixed(1) }),
    'another device’s': keysWith('tag', { recipient: { kind: 'device', deviceId: fixedId<DeviceId>(1) } }),
    'a device’s, taken for the recovery key’s': keysWith('tag', { recipient: { kind: 'recovery' } }),
    'of another account key’s number': keysWith('wrong-number', { sealed: resealed({ accountNumber: 3 }) }),
    'an account key that the statement does not name': keysWith('bad-key', {
      sealed: resealed({ accountPrivateKey: fixed(1) }),
    }),
    'another user’s inside': keysWith('wrong-subject', { sealed: ofAnother }),
    'no vault key': keysWith('malformed', { sealed: resealed({ vaultKeys: [] }) }),
    'one bit of the encapsulated key changed': keysWith('tag', { sealed: flipped(given.sealed, 0) }),
    'one bit of the tag changed': keysWith('tag', { sealed: flipped(given.sealed, -1) }),
    'too short': keysWith('malformed', { sealed: given.sealed.slice(0, 47) }),
  },
  attempt: ({ recipient, privateKey: secret, statement: named, sealed }) =>
    openAccountKeys(recipient, sealingKeyPairFrom(secret), named, sealed),
})

interface EnvelopeInput {
  readonly recipient: DeviceId
  readonly privateKey: Uint8Array
  readonly ephemeralKey: Uint8Array
  readonly senderSeed: Uint8Array
  readonly sender: { readonly userId: UserId; readonly deviceId: DeviceId }
  readonly body: EnvelopeBody
}
const ENVELOPE_LABEL = 'reforms envelope v1'
const channelId = fixedId<ChannelId>(98)
const request: EnvelopeBody = { type: 'history-request', channelId, epochs: [{ generation: 1, epoch: 0 }] }
const letterInput: EnvelopeInput = {
  recipient: deviceId,
  privateKey,
  ephemeralKey: fixed(99),
  senderSeed: fixed(900),
  sender: { userId, deviceId: fixedId<DeviceId>(901) },
  body: request,
}

const letters: Record<string, EnvelopeInput> = {
  'a request for epoch records': letterInput,
  'an answer': {
    ...letterInput,
    ephemeralKey: fixed(902),
    body: { type: 'history', channelId, records: [fixed(903, 20), fixed(904, 24)] },
  },
  'to a device that is being linked': {
    ...letterInput,
    ephemeralKey: fixed(905),
    body: {
      type: 'link',
      secret: fixed(906),
      accountStatement: fixed(907, 20),
      deviceList: fixed(908, 24),
    },
  },
}

/** `named` is the recipient inside, which an honest sender makes the one outside. */
function secondEnvelope(input: EnvelopeInput, named = input.recipient) {
  const { privateKey: secret, ephemeralKey, sender, body } = input
  const recipientKey = publicKeyOf('X25519', secret)
  const letter = { sender, recipient: named, body }
  const { steps: signing, document } = signedDocument(input.senderSeed, ENVELOPE_LABEL, letter)
  const associated = cbor([ENVELOPE_LABEL, input.recipient])
  const padded = paddedBytes(document)
  const { steps, sealed } = hpkeSeal(
    { recipientKey, ephemeralKey, purpose: ENVELOPE_LABEL, associated },
    padded,
  )
  const signatureKey = publicKeyOf('Ed25519', input.senderSeed)
  return { steps: { recipientKey, signatureKey, ...signing, padded, ...steps }, output: { sealed } }
}

interface ArrivedEnvelope {
  readonly recipient: DeviceId
  readonly privateKey: Uint8Array
  /** Null where the sender is no listed device. */
  readonly signatureKey: Uint8Array | null
  readonly sealed: Uint8Array
}
const openArrived = ({ recipient, privateKey: secret, signatureKey, sealed }: ArrivedEnvelope) =>
  openEnvelope({
    recipient: { deviceId: recipient, sealing: sealingKeyPairFrom(secret) },
    sealed,
    findSignatureKey: async () => signatureKey ?? undefined,
  })
const arrived: ArrivedEnvelope = {
  recipient: deviceId,
  privateKey,
  signatureKey: publicKeyOf('Ed25519', letterInput.senderSeed),
  sealed: secondEnvelope(letterInput).output.sealed,
}
const envelopeWith = (code: string, changes: Partial<ArrivedEnvelope>) => ({
  given: { ...arrived, ...changes },
  code,
})

const envelope = format({
  name: 'envelope',
  rules: ['MBX-1', 'MBX-2'],
  about:
    `${HPKE}info = CBOR ["reforms seal v1", "reforms envelope v1"]; associated data = CBOR ["reforms envelope v1", recipient’s deviceId]; ` +
    'plaintext = the padded CBOR ["reforms envelope v1", letter, signature]; letter = {sender: {userId, deviceId}, recipient, body}, signed by the sending device over CBOR ["reforms envelope v1", letter]. ' +
    'The bytes in the bodies are short stand-ins.',
  inputs: letters,
  second: (input) => secondEnvelope(input),
  async open({ senderSeed, recipient, privateKey: secret }, { sealed }) {
    const signatureKey = publicKeyOf('Ed25519', senderSeed)
    return { ...(await openArrived({ recipient, privateKey: secret, signatureKey, sealed })) }
  },
  refused: {
    'by another device with the same key': envelopeWith('tag', { recipient: fixedId<DeviceId>(1) }),
    'by another key': envelopeWith('tag', { privateKey: fixed(1) }),
    'sealed again for somebody else': envelopeWith('wrong-subject', {
      sealed: secondEnvelope(letterInput, fixedId<DeviceId>(1)).output.sealed,
    }),
    'from a device that is not listed': envelopeWith('missing-key', { signatureKey: null }),
    'signed by another key': envelopeWith('signature', { signatureKey: publicKeyOf('Ed25519', fixed(1)) }),
    'a body that is not known': envelopeWith('malformed', {
      sealed: secondEnvelope({ ...letterInput, body: { type: 'dance' } as unknown as EnvelopeBody }).output
        .sealed,
    }),
    'one bit changed': envelopeWith('tag', { sealed: flipped(arrived.sealed, 40) }),
    'too short': envelopeWith('malformed', { sealed: arrived.sealed.slice(0, 47) }),
  },
  attempt: openArrived,
})

/** What our code seals, under a key of its own that nobody knows, read by the second program. */
export async function readByTheSecond() {
  const publicKey = publicKeyOf('X25519', privateKey)
  const account = await sealAccountKeys(forDevice.recipient, publicKey, keys)
  const { sender, body, senderSeed } = letterInput
  const from = { ...sender, signature: signingKeyPairFrom(senderSeed) }
  const letter = await sealEnvelope({ recipient: { deviceId, sealingKey: publicKey }, sender: from, body })
  return {
    sealed: { keys: encodeCbor(keys), envelope: secondEnvelope(letterInput).steps.padded },
    read: {
      keys: hpkeOpen(privateKey, KEYS_LABEL, keysAssociated(forDevice.recipient, userId), account),
      envelope: hpkeOpen(privateKey, ENVELOPE_LABEL, cbor([ENVELOPE_LABEL, deviceId]), letter),
    },
  }
}

export const SEALED_FORMATS = [sealedKeys, envelope]
