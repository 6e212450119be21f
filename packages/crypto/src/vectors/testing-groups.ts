/** Vectors of what this protocol puts into MLS groups: names, policy, credentials, evidence, exported secrets. For tests only. */
import type { ChannelId, ChannelPolicy, DeviceId, UserId } from '@reforms/protocol'
import type { ClientState, Credential, LeafNode } from 'ts-mls'
import { signingKeyPairFrom } from '../keys.ts'
import { signAdmission } from '../mls/admission-signing.ts'
import { verifyAdmission } from '../mls/admission.ts'
import { credentialOf, leafOf } from '../mls/credential.ts'
import { decodeCommitEvidence, encodeCommitEvidence } from '../mls/evidence.ts'
import { groupIdOf, groupNameOf } from '../mls/group-id.ts'
import { enterEpoch } from '../mls/group.ts'
import { POLICY_EXTENSION_TYPE, policyExtensions, policyFrom } from '../mls/policy-extension.ts'
import { loadSuite } from '../mls/suite.ts'
import { NOW, fixed, fixedId, flipped, longForm, signedDocument, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { concat, hash, hkdfExpand, publicKeyOf } from './testing-primitives.ts'

const channelId = fixedId<ChannelId>(20)
const identityKey = publicKeyOf('Ed25519', fixed(21))
const uuidBytes = (uuid: string) => Uint8Array.from(Buffer.from(uuid.replaceAll('-', ''), 'hex'))
const uint = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256)
const groupIdBytes = (channel: ChannelId, generation: number) =>
  concat(uuidBytes(channel), uint(generation, 4))

const groupId = format({
  name: 'group-id',
  rules: ['GEN-1', 'ID-3'],
  about: 'The channel’s 16 bytes, then the generation as a big-endian 32-bit number.',
  inputs: {
    'the first generation': { channelId, generation: 1 },
    'a later generation': { channelId, generation: 0x01020304 },
  },
  second: ({ channelId: channel, generation }) => ({
    steps: {},
    output: { groupId: groupIdBytes(channel, generation) },
  }),
  make: async (name) => ({ groupId: groupIdOf(name) }),
  open: async (_input, output) => ({ ...groupNameOf(output.groupId) }),
  refused: {
    'the generation 0': { given: { groupId: groupIdBytes(channelId, 0) }, code: 'wrong-group' },
    '19 bytes': { given: { groupId: groupIdBytes(channelId, 1).slice(1) }, code: 'wrong-group' },
    '21 bytes': { given: { groupId: trailed(groupIdBytes(channelId, 1)) }, code: 'wrong-group' },
  },
  attempt: async (given) => groupNameOf(given.groupId),
})

const ADMISSION_LABEL = 'reforms admission v1'
const deviceSeed = fixed(22)
const signer = publicKeyOf('Ed25519', deviceSeed)
const admissionBody = { group: uuidBytes(channelId), identityKey, signer, expiry: NOW }
const admissionOf = (changes: object, seed = deviceSeed) =>
  signedDocument(seed, ADMISSION_LABEL, { ...admissionBody, ...changes }).document

const admission = format({
  name: 'admission',
  rules: ['POL-3', 'ENC-4'],
  about:
    'CBOR ["reforms admission v1", {group, identityKey, signer, expiry}, signature]: group is the channel’s 16 bytes, signer the device key that signs.',
  inputs: { 'until a time': { deviceSeed, channelId, identityKey, expiry: NOW } },
  second({ deviceSeed: seed, channelId: channel, identityKey: admitted, expiry }) {
    const body = {
      group: uuidBytes(channel),
      identityKey: admitted,
      signer: publicKeyOf('Ed25519', seed),
      expiry,
    }
    const { steps, document } = signedDocument(seed, ADMISSION_LABEL, body)
    return { steps: { group: body.group, signer: body.signer, ...steps }, output: { document } }
  },
  make: async ({ deviceSeed: seed, ...rest }) => ({
    document: await signAdmission(signingKeyPairFrom(seed), rest),
  }),
  open: async (_input, { document }) => verifyAdmission(document),
  refused: {
    'a signature with one bit changed': {
      given: { document: flipped(admissionOf({}), -1) },
      code: 'signature',
    },
    'signed by another key than it names': {
      given: { document: admissionOf({}, fixed(23)) },
      code: 'signature',
    },
    'a signer of small order': {
      given: { document: admissionOf({ signer: new Uint8Array(32) }) },
      code: 'signature',
    },
    'the channel as text': { given: { document: admissionOf({ group: channelId }) }, code: 'malformed' },
    'cut short': { given: { document: admissionOf({}).slice(0, -1) }, code: 'malformed' },
  },
  attempt: ({ document }) => verifyAdmission(document),
})

const open: ChannelPolicy = {
  version: 1,
  kind: 'public',
  history: 'all',
  retentionDays: 0,
  admitters: 'members',
  moderators: [],
  participants: [],
}
const strict: ChannelPolicy = {
  ...open,
  kind: 'direct',
  history: 'joining',
  retentionDays: 365,
  admitters: 'moderators',
  moderators: [identityKey],
  participants: [identityKey, signer],
}
const since: ChannelPolicy = { ...open, version: 2, kind: 'private', history: 'invited' }
const extension = (extensionData: Uint8Array, extensionType = POLICY_EXTENSION_TYPE) => ({
  given: { extensionType, extensionData },
  code: 'policy-not-allowed',
})

const policyExtension = format({
  name: 'policy-extension',
  rules: ['POL-1'],
  about:
    'The one extension of the GroupContext: its type is 61681 (0xf0f1), its data the CBOR map {version, kind, history, retentionDays, admitters, moderators, participants}. The version is 2 where history is `invited`, else 1.',
  inputs: {
    'a public channel': { policy: open },
    'a direct channel': { policy: strict },
    'of version 2': { policy: since },
  },
  second: ({ policy }) => ({ steps: {}, output: { extensionType: 0xf0f1, extensionData: cbor(policy) } }),
  async make({ policy }) {
    const [{ extensionType, extensionData }] = policyExtensions(policy) as [
      { extensionType: number; extensionData: Uint8Array },
    ]
    return { extensionType, extensionData }
  },
  open: async (_input, output) => ({ policy: policyFrom([output]) }),
  refused: {
    'another type': extension(cbor(open), 0xf0f2),
    'another version': extension(cbor({ ...open, version: 2 })),
    'a rule of version 2 in version 1': extension(cbor({ ...since, version: 1 })),
    'a kind that is not known': extension(cbor({ ...open, kind: 'secret' })),
    'a field that is not known': extension(cbor({ ...open, extra: 1 })),
    'a field that is missing': extension(cbor({ ...open, participants: undefined })),
    'a moderator’s key of 31 bytes': extension(cbor({ ...open, moderators: [fixed(1, 31)] })),
    'a byte after the end': extension(trailed(cbor(open))),
  },
  attempt: async (given) => policyFrom([given]),
})

const leafIdentity = { userId: fixedId<UserId>(24), deviceId: fixedId<DeviceId>(25), identityKey }
const identityBytes = cbor([leafIdentity.userId, leafIdentity.deviceId, identityKey])
const refusedIdentity = (identity: Uint8Array) => ({ given: { identity }, code: 'bad-credential' })
const leafWith = (identity: Uint8Array) => {
  const credential: Credential = { credentialType: 'basic', identity }
  return leafOf({ credential, signaturePublicKey: signer } as LeafNode, 0)
}

const leafCredential = format({
  name: 'leaf-credential',
  rules: ['POL-8', 'ENC-1'],
  about:
    'The identity of a basic credential (RFC 9420, section 5.3): CBOR [userId, deviceId, identityKey], the ids as text.',
  inputs: { 'a device': leafIdentity },
  second: ({ userId, deviceId, identityKey: key }) => ({
    steps: {},
    output: { identity: cbor([userId, deviceId, key]) },
  }),
  async make(input) {
    const credential = credentialOf(input)
    return { identity: credential.credentialType === 'basic' ? credential.identity : new Uint8Array(0) }
  },
  async open(_input, { identity }) {
    const { userId, deviceId, identityKey: key } = leafWith(identity)
    return { userId, deviceId, identityKey: key }
  },
  refused: {
    'ids as bytes': refusedIdentity(
      cbor([uuidBytes(leafIdentity.userId), uuidBytes(leafIdentity.deviceId), identityKey]),
    ),
    'a key of 31 bytes': refusedIdentity(cbor([leafIdentity.userId, leafIdentity.deviceId, fixed(1, 31)])),
    'a byte after the end': refusedIdentity(trailed(identityBytes)),
    'the length of the array in a long form': refusedIdentity(longForm(identityBytes)),
    nothing: refusedIdentity(new Uint8Array(0)),
  },
  attempt: async ({ identity }) => leafWith(identity),
})

const evidence = { admissions: [fixed(26, 20)], proofs: [{ account: fixed(27, 12), devices: fixed(28, 16) }] }
const badEvidence = (encoded: Uint8Array) => ({ given: { encoded }, code: 'bad-evidence' })

const commitEvidence = format({
  name: 'commit-evidence',
  rules: ['POL-3', 'POL-4'],
  about:
    'The authenticated_data of a commit: CBOR {admissions: [admission], proofs: [{account, devices}]}, each a signed document as its own file has it. Here they are short stand-ins.',
  inputs: { 'one admission and one proof': evidence, neither: { admissions: [], proofs: [] } },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeCommitEvidence(input) }),
  open: async (_input, { encoded }) => decodeCommitEvidence(encoded),
  refused: {
    'a proof without its device list': badEvidence(
      cbor({ ...evidence, proofs: [{ account: fixed(27, 12) }] }),
    ),
    'an admission of 513 bytes': badEvidence(cbor({ ...evidence, admissions: [fixed(26, 513)] })),
    'a byte after the end': badEvidence(trailed(cbor(evidence))),
  },
  attempt: async ({ encoded }) => decodeCommitEvidence(encoded),
})

/** RFC 9420, section 8: ExpandWithLabel. All lengths here are below 64, so each is one byte. */
function expandWithLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const full = Uint8Array.from(Buffer.from(`MLS 1.0 ${label}`, 'ascii'))
  const info = concat(uint(length, 2), uint(full.length, 1), full, uint(context.length, 1), context)
  return hkdfExpand(secret, info, length)
}
/** RFC 9420, section 8.5. */
function exported(
  exporterSecret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const derived = expandWithLabel(exporterSecret, label, new Uint8Array(0), 32)
  return expandWithLabel(derived, 'exported', hash('sha256', context), length)
}

const epochSecret = format({
  name: 'epoch-secret',
  rules: ['EPO-1'],
  about:
    'From the exporter_secret of an MLS epoch (RFC 9420, section 8): secret = MLS-Exporter("reforms epoch v1", group id, 32), the name epochId = MLS-Exporter("reforms epoch id v1", group id, 16).',
  inputs: { 'an epoch of the second generation': { exporterSecret: fixed(29), channelId, generation: 2 } },
  second({ exporterSecret, channelId: channel, generation }) {
    const id = groupIdBytes(channel, generation)
    const secret = exported(exporterSecret, 'reforms epoch v1', id, 32)
    return {
      steps: { groupId: id },
      output: { secret, epochId: exported(exporterSecret, 'reforms epoch id v1', id, 16) },
    }
  },
  async make({ exporterSecret, channelId: channel, generation }) {
    const groupContext = { groupId: groupIdOf({ channelId: channel, generation }), epoch: 0n }
    const state = { groupContext, keySchedule: { exporterSecret } } as ClientState
    const { record } = await enterEpoch(state, { added: [], removed: [] }, await loadSuite())
    return { secret: record.secret, epochId: record.epochId }
  },
  open: async () => ({}),
  refused: {},
  attempt: async () => undefined,
})

export const GROUP_FORMATS = [
  groupId,
  policyExtension,
  leafCredential,
  admission,
  commitEvidence,
  epochSecret,
]
