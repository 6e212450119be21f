/** Vectors of what a user and a device are known by: phrase, signed documents, session, safety number. For tests only. */
import type { DeviceId, SessionId, UserId } from '@reforms/protocol'
import {
  signAccountStatement,
  signDeviceList,
  signIdentityReplacement,
  signSession,
} from '../account-signing.ts'
import {
  verifyAccountStatement,
  verifyDeviceList,
  verifyIdentityReplacement,
  type AccountStatement,
  type ListedDevice,
} from '../account.ts'
import { signingKeyPairFrom } from '../keys.ts'
import { keysFromPhrase } from '../phrase.ts'
import { safetyNumber } from '../safety-number.ts'
import { verifySessionSignature } from '../session.ts'
import { NOW, fixed, fixedId, flipped, longForm, signedDocument, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { hash, hkdf, pbkdf2Sha512, publicKeyOf } from './testing-primitives.ts'

const ABANDON =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'
const userId = fixedId<UserId>(1)
const identitySeed = fixed(1)
const accountSeed = fixed(2)
const deviceSeed = fixed(3)
const NO_KEY = new Uint8Array(32)
const publicKey = (seed: Uint8Array) => publicKeyOf('Ed25519', seed)

const phrase = format({
  name: 'phrase',
  rules: ['ID-4'],
  about:
    'Twelve words of BIP-39 in lower case, a space between. seed = PBKDF2-HMAC-SHA512(phrase, "mnemonic", 2048 rounds, 64 bytes). ' +
    'Each private key = HKDF-SHA512(seed, no salt, CBOR [label], 32 bytes): an Ed25519 seed and an X25519 key.',
  inputs: {
    'the phrase of BIP-39’s first vector': { phrase: ABANDON },
    'typed in capitals, with other white space': {
      phrase: '  LEGAL winner thank\tyear wave sausage worth  useful legal winner thank yellow\n',
    },
  },
  second({ phrase: typed }) {
    const normalized = typed.trim().toLowerCase().split(/\s+/).join(' ')
    const seed = pbkdf2Sha512(normalized, 'mnemonic', 2048)
    const identityInfo = cbor(['reforms identity key v1'])
    const recoveryInfo = cbor(['reforms recovery key v1'])
    const identitySecret = hkdf('sha512', { secret: seed, info: identityInfo, length: 32 })
    const recoverySecret = hkdf('sha512', { secret: seed, info: recoveryInfo, length: 32 })
    const identity = { publicKey: publicKey(identitySecret), privateKey: identitySecret }
    const recovery = { publicKey: publicKeyOf('X25519', recoverySecret), privateKey: recoverySecret }
    return { steps: { normalized, seed, identityInfo, recoveryInfo }, output: { identity, recovery } }
  },
  make: ({ phrase: typed }) => keysFromPhrase(typed),
  open: async () => ({}),
  refused: {
    'a checksum that is wrong': { given: { phrase: ABANDON.replace('about', 'abandon') }, code: 'malformed' },
    'a word that is not in the list': {
      given: { phrase: ABANDON.replace('about', 'abuot') },
      code: 'malformed',
    },
    'eleven words': { given: { phrase: ABANDON.replace(' about', '') }, code: 'malformed' },
    'twenty-four words': { given: { phrase: `${'abandon '.repeat(23)}art` }, code: 'malformed' },
  },
  attempt: ({ phrase: typed }) => keysFromPhrase(typed),
})

const ACCOUNT_LABEL = 'reforms account v1'
const recoveryKey = publicKeyOf('X25519', fixed(4))
const statementInput = { identitySeed, userId, number: 3, accountKey: publicKey(accountSeed), recoveryKey }
const statementBody = ({ identitySeed: seed, ...rest }: typeof statementInput) => ({
  ...rest,
  identityKey: publicKey(seed),
})
const statementOf = (changes: object, seed = identitySeed) =>
  signedDocument(seed, ACCOUNT_LABEL, { ...statementBody(statementInput), ...changes }).document
const goodStatement = statementOf({})

const accountStatement = format({
  name: 'account-statement',
  rules: ['ID-5', 'ENC-1', 'ENC-4'],
  about:
    'CBOR ["reforms account v1", body, signature]; body is a map {userId, number, accountKey, identityKey, recoveryKey}, userId as text; ' +
    'signature = Ed25519 by the identity key over CBOR ["reforms account v1", body].',
  inputs: { 'the third statement of a user': statementInput },
  second(input) {
    const body = statementBody(input)
    const { steps, document } = signedDocument(input.identitySeed, ACCOUNT_LABEL, body)
    return { steps: { identityKey: body.identityKey, ...steps }, output: { document } }
  },
  make: async ({ identitySeed: seed, ...statement }) => ({
    document: await signAccountStatement(signingKeyPairFrom(seed), statement),
  }),
  open: async (_input, { document }) => verifyAccountStatement(document),
  refused: {
    'a signature with one bit changed': {
      given: { document: flipped(goodStatement, -1) },
      code: 'signature',
    },
    'a key with one bit changed': {
      given: { document: flipped(goodStatement, Buffer.from(goodStatement).indexOf(recoveryKey)) },
      code: 'signature',
    },
    'signed by another key than it names': {
      given: { document: statementOf({}, fixed(9)) },
      code: 'signature',
    },
    'a byte after the end': { given: { document: trailed(goodStatement) }, code: 'malformed' },
    'cut short': { given: { document: goodStatement.slice(0, -1) }, code: 'malformed' },
    'the length of the array in a long form': {
      given: { document: longForm(goodStatement) },
      code: 'malformed',
    },
    'another label': {
      given: {
        document: signedDocument(identitySeed, 'reforms account v2', statementBody(statementInput)).document,
      },
      code: 'malformed',
    },
    'a field that is not known': { given: { document: statementOf({ extra: 1 }) }, code: 'malformed' },
    'a field that is missing': {
      given: { document: statementOf({ recoveryKey: undefined }) },
      code: 'malformed',
    },
    'the number 0': { given: { document: statementOf({ number: 0 }) }, code: 'malformed' },
    'a user in capitals': {
      given: { document: statementOf({ userId: userId.toUpperCase() }) },
      code: 'malformed',
    },
    'an account key of small order': {
      given: { document: statementOf({ accountKey: NO_KEY }) },
      code: 'bad-key',
    },
    'more than 512 bytes': { given: { document: new Uint8Array(513) }, code: 'too-large' },
  },
  attempt: ({ document }) => verifyAccountStatement(document),
})

const DEVICE_LIST_LABEL = 'reforms device list v1'
function device(n: number, name: string): ListedDevice {
  const signatureKey = publicKey(fixed(100 + n))
  const sealingKey = publicKeyOf('X25519', fixed(200 + n))
  return { deviceId: fixedId<DeviceId>(100 + n), signatureKey, sealingKey, name, addedAt: NOW + n }
}
const devices = [device(1, 'Laptop'), device(2, 'Büro 東京 🚲')]
const listInput = { accountSeed, userId, number: 7, accountNumber: 3, devices }
const listOf = (changes: object, seed = accountSeed) => {
  const { accountSeed: _, ...body } = listInput
  return signedDocument(seed, DEVICE_LIST_LABEL, { ...body, ...changes }).document
}
const known: AccountStatement = statementBody(statementInput)
const list = (changes: object) => ({ document: listOf(changes), statement: known })
const goodList = listOf({})

const deviceList = format({
  name: 'device-list',
  rules: ['ID-5', 'ENC-1', 'ENC-4'],
  about:
    'CBOR ["reforms device list v1", body, signature]; body is a map {userId, number, accountNumber, devices}, a device a map ' +
    '{deviceId, signatureKey, sealingKey, name, addedAt}; signed by the account key over CBOR ["reforms device list v1", body]. ' +
    'A reader compares userId, accountNumber and key with the account statement.',
  inputs: {
    'two devices': listInput,
    'no device': { ...listInput, number: 8, devices: [] },
  },
  second({ accountSeed: seed, ...body }) {
    const { steps, document } = signedDocument(seed, DEVICE_LIST_LABEL, body)
    return { steps: { accountKey: publicKey(seed), ...steps }, output: { document } }
  },
  make: async ({ accountSeed: seed, ...body }) => ({ document: await signDeviceList(seed, body) }),
  open: async (_input, { document }) => verifyDeviceList(document, known),
  refused: {
    'a signature with one bit changed': {
      given: { document: flipped(goodList, -1), statement: known },
      code: 'signature',
    },
    'signed by another key than the account key': {
      given: { document: listOf({}, identitySeed), statement: known },
      code: 'signature',
    },
    'another user’s': { given: list({ userId: fixedId<UserId>(9) }), code: 'wrong-subject' },
    'of another account key': { given: list({ accountNumber: 2 }), code: 'wrong-number' },
    'the same device twice': {
      given: list({ devices: [devices[0], { ...devices[1], deviceId: devices[0]!.deviceId }] }),
      code: 'duplicate-device',
    },
    'one key for two devices': {
      given: list({ devices: [devices[0], { ...devices[1], signatureKey: devices[0]!.signatureKey }] }),
      code: 'duplicate-device',
    },
    'a device key of small order': {
      given: list({ devices: [{ ...devices[0], signatureKey: NO_KEY }] }),
      code: 'bad-key',
    },
    'a name of 65 characters': {
      given: list({ devices: [{ ...devices[0], name: 'x'.repeat(65) }] }),
      code: 'malformed',
    },
    'a byte after the end': { given: { document: trailed(goodList), statement: known }, code: 'malformed' },
  },
  attempt: ({ document, statement }) => verifyDeviceList(document, statement),
})

const REPLACEMENT_LABEL = 'reforms identity replacement v1'
const newIdentityKey = publicKey(fixed(5))
const oldIdentityKey = publicKey(identitySeed)
const replacementOf = (changes: object) =>
  signedDocument(identitySeed, REPLACEMENT_LABEL, {
    userId,
    oldIdentityKey,
    newIdentityKey,
    replacedAt: NOW,
    ...changes,
  }).document

const identityReplacement = format({
  name: 'identity-replacement',
  rules: ['ID-7', 'ENC-4'],
  about:
    'CBOR ["reforms identity replacement v1", body, signature]; body is a map {userId, oldIdentityKey, newIdentityKey, replacedAt}, ' +
    'signed by the old identity key.',
  inputs: { 'a replaced phrase': { identitySeed, userId, newIdentityKey, replacedAt: NOW } },
  second({ identitySeed: seed, ...rest }) {
    const body = { ...rest, oldIdentityKey: publicKey(seed) }
    const { steps, document } = signedDocument(seed, REPLACEMENT_LABEL, body)
    return { steps: { oldIdentityKey: body.oldIdentityKey, ...steps }, output: { document } }
  },
  make: async ({ identitySeed: seed, ...rest }) => ({
    document: await signIdentityReplacement(signingKeyPairFrom(seed), rest),
  }),
  open: async ({ identitySeed: seed }, { document }) => verifyIdentityReplacement(document, publicKey(seed)),
  refused: {
    'a signature with one bit changed': {
      given: { document: flipped(replacementOf({}), -1), oldIdentityKey },
      code: 'signature',
    },
    'of another identity key': {
      given: { document: replacementOf({}), oldIdentityKey: newIdentityKey },
      code: 'wrong-subject',
    },
    'a new key of small order': {
      given: { document: replacementOf({ newIdentityKey: NO_KEY }), oldIdentityKey },
      code: 'bad-key',
    },
    'cut short': { given: { document: replacementOf({}).slice(0, -1), oldIdentityKey }, code: 'malformed' },
  },
  attempt: ({ document, oldIdentityKey: old }) => verifyIdentityReplacement(document, old),
})

const SESSION_LABEL = 'reforms session v1'
const binding = { deviceId: fixedId<DeviceId>(101), sessionId: fixedId<SessionId>(2), challenge: fixed(6) }
const bound = {
  ...binding,
  signatureKey: publicKey(deviceSeed),
  signature: signedDocument(deviceSeed, SESSION_LABEL, binding).steps.signature,
}

const sessionSignature = format({
  name: 'session-signature',
  rules: ['SES-4', 'ENC-4'],
  about:
    'Ed25519 by the device’s key over CBOR ["reforms session v1", {deviceId, sessionId, challenge}]: 64 bytes, without the body.',
  inputs: { 'a session and its challenge': { deviceSeed, ...binding } },
  second({ deviceSeed: seed, ...body }) {
    const { signedBytes, signature } = signedDocument(seed, SESSION_LABEL, body).steps
    return { steps: { signatureKey: publicKey(seed), signedBytes }, output: { signature } }
  },
  make: async ({ deviceSeed: seed, deviceId, ...rest }) => ({
    signature: await signSession({ deviceId, signature: signingKeyPairFrom(seed) }, rest),
  }),
  async open({ deviceSeed: seed, ...body }, { signature }) {
    await verifySessionSignature(publicKey(seed), body, signature)
    return {}
  },
  refused: {
    'one bit changed': { given: { ...bound, signature: flipped(bound.signature, 0) }, code: 'signature' },
    'another session’s': { given: { ...bound, sessionId: fixedId<SessionId>(3) }, code: 'signature' },
    'another challenge': { given: { ...bound, challenge: fixed(7) }, code: 'signature' },
    'another device’s': { given: { ...bound, deviceId: fixedId<DeviceId>(102) }, code: 'signature' },
    'another key’s': { given: { ...bound, signatureKey: oldIdentityKey }, code: 'signature' },
    'a challenge that is too short': { given: { ...bound, challenge: fixed(7, 15) }, code: 'malformed' },
  },
  attempt: ({ signatureKey, signature, ...body }) => verifySessionSignature(signatureKey, body, signature),
})

function safetyDigits(identityKey: Uint8Array, user: UserId) {
  const first = hash('sha512', cbor(['reforms safety number v1', identityKey, user]))
  let last = first
  for (let round = 2; round <= 5200; round += 1) last = hash('sha512', last, identityKey)
  const groups = Array.from({ length: 6 }, (_, group) => {
    const number = Buffer.from(last).readUIntBE(5 * group, 5) % 100_000
    return String(number).padStart(5, '0')
  })
  return { first, last, digits: groups.join(' ') }
}
const people = {
  identityKeyA: publicKey(identitySeed),
  userIdA: userId,
  identityKeyB: publicKey(fixed(8)),
  userIdB: fixedId<UserId>(4),
}

const safety = format({
  name: 'safety-number',
  rules: ['ID-9'],
  about:
    'Of each person: hash 1 = SHA-512(CBOR ["reforms safety number v1", identity key, userId]), hash n = SHA-512(hash n-1 || identity key), ' +
    'up to hash 5200; its first 30 bytes are six big-endian numbers of 5 bytes, each modulo 100,000, as five digits. ' +
    'The two persons’ thirty digits stand in the order of their texts.',
  inputs: {
    'two people': people,
    'the same two, from the other side': {
      identityKeyA: people.identityKeyB,
      userIdA: people.userIdB,
      identityKeyB: people.identityKeyA,
      userIdB: people.userIdA,
    },
  },
  second({ identityKeyA, userIdA, identityKeyB, userIdB }) {
    const [a, b] = [safetyDigits(identityKeyA, userIdA), safetyDigits(identityKeyB, userIdB)]
    return { steps: { a, b }, output: { number: [a.digits, b.digits].sort().join(' ') } }
  },
  make: async ({ identityKeyA, userIdA, identityKeyB, userIdB }) => ({
    number: await safetyNumber(identityKeyA, userIdA, identityKeyB, userIdB),
  }),
  open: async () => ({}),
  refused: {},
  attempt: async () => undefined,
})

export const IDENTITY_FORMATS = [
  phrase,
  accountStatement,
  deviceList,
  identityReplacement,
  sessionSignature,
  safety,
]
