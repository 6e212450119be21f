/** Vectors of invite links to a channel: what follows from a link's secret, and what is signed about it. For tests only. */
import type { ChannelId, UserId } from '@reforms/protocol'
import {
  openLink,
  openLinkName,
  sealLinkName,
  signChannelLink,
  signLinkRequest,
} from '../channel-link-signing.ts'
import { verifyChannelLink, verifyLinkRequest } from '../channel-link.ts'
import { signingKeyPairFrom } from '../keys.ts'
import { fixed, fixedId, flipped, NOW, signedDocument, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { paddedBytes } from './testing-padding.ts'
import { aeadSeal, hkdf, publicKeyOf } from './testing-primitives.ts'

const channelId = fixedId<ChannelId>(120)
const userId = fixedId<UserId>(121)
const secret = fixed(122)
const deviceSeed = fixed(123)
const identityKey = publicKeyOf('Ed25519', fixed(124))
const derived = (from: Uint8Array, purpose: string) =>
  hkdf('sha256', { secret: from, info: cbor([`reforms link ${purpose} v1`]), length: 32 })

const linkSecret = format({
  name: 'link-secret',
  rules: ['LINK-1'],
  about:
    'HKDF-SHA256(the link’s secret, no salt, CBOR [label], 32 bytes) with "reforms link key v1" is an Ed25519 seed, with "reforms link token v1" what the server knows the link by.',
  inputs: { 'a secret': { secret }, 'another secret': { secret: fixed(125) } },
  second({ secret: from }) {
    const seed = derived(from, 'key')
    const keys = { publicKey: publicKeyOf('Ed25519', seed), privateKey: seed }
    return { steps: { nameKey: derived(from, 'name') }, output: { keys, token: derived(from, 'token') } }
  },
  make: ({ secret: from }) => openLink(from),
  open: async () => ({}),
  refused: { '31 bytes': { given: { secret: secret.slice(1) }, code: 'bad-key' } },
  attempt: ({ secret: from }) => openLink(from),
})

const sealedName = (from: Uint8Array, padded: Uint8Array) =>
  aeadSeal('chacha20-poly1305', { key: derived(from, 'name'), nonce: new Uint8Array(12) }, padded)
const paddedName = (name: string) => paddedBytes(new TextEncoder().encode(name))

const linkName = format({
  name: 'link-name',
  rules: ['LINK-1'],
  about:
    'ChaCha20-Poly1305 of the padded name in UTF-8, nonce of zeros, no associated data, under HKDF-SHA256(the link’s secret, no salt, CBOR ["reforms link name v1"], 32 bytes).',
  inputs: { 'a name': { secret, name: 'Ward 3' }, 'in another script': { secret, name: '第三病棟' } },
  second({ secret: from, name }) {
    const padded = paddedName(name)
    return { steps: { key: derived(from, 'name'), padded }, output: { sealed: sealedName(from, padded) } }
  },
  make: async ({ secret: from, name }) => ({ sealed: await sealLinkName(from, name) }),
  open: async ({ secret: from }, { sealed }) => ({ name: await openLinkName(from, sealed) }),
  refused: {
    'another link’s secret': {
      given: { secret: fixed(125), sealed: sealedName(secret, paddedName('Ward 3')) },
      code: 'tag',
    },
    'no padding': {
      given: { secret, sealed: sealedName(secret, new TextEncoder().encode('Ward 3')) },
      code: 'malformed',
    },
  },
  attempt: ({ secret: from, sealed }) => openLinkName(from, sealed),
})

const LINK_LABEL = 'reforms channel link v1'
const linkKey = publicKeyOf('Ed25519', derived(secret, 'key'))
const linkBody = { channelId, linkKey, signer: publicKeyOf('Ed25519', deviceSeed), expiry: NOW }
const linkOf = (changes: object, seed = deviceSeed) =>
  signedDocument(seed, LINK_LABEL, { ...linkBody, ...changes }).document

const channelLink = format({
  name: 'channel-link',
  rules: ['LINK-2', 'ENC-4'],
  about:
    'CBOR ["reforms channel link v1", {channelId, linkKey, signer, expiry}, signature]: linkKey is the public key that follows from the link’s secret, signer the device key that signs.',
  inputs: { 'until a time': { deviceSeed, channelId, linkKey, expiry: NOW } },
  second({ deviceSeed: seed, ...rest }) {
    const body = { ...rest, signer: publicKeyOf('Ed25519', seed) }
    const { steps, document } = signedDocument(seed, LINK_LABEL, body)
    return { steps: { signer: body.signer, ...steps }, output: { document } }
  },
  make: async ({ deviceSeed: seed, ...rest }) => ({
    document: await signChannelLink(signingKeyPairFrom(seed), rest),
  }),
  open: async (_input, { document }) => ({ ...(await verifyChannelLink(document)) }),
  refused: {
    'a signature with one bit changed': { given: { document: flipped(linkOf({}), -1) }, code: 'signature' },
    'signed by another key than it names': {
      given: { document: linkOf({}, fixed(126)) },
      code: 'signature',
    },
    'no end': { given: { document: linkOf({ expiry: null }) }, code: 'malformed' },
    'something after it': { given: { document: trailed(linkOf({})) }, code: 'malformed' },
  },
  attempt: ({ document }) => verifyChannelLink(document),
})

const REQUEST_LABEL = 'reforms link request v1'
const requestBody = { channelId, userId, identityKey }
const requestOf = (changes: object, seed = derived(secret, 'key')) =>
  signedDocument(seed, REQUEST_LABEL, { ...requestBody, ...changes }).document

const linkRequest = format({
  name: 'link-request',
  rules: ['LINK-3', 'ENC-4'],
  about:
    'CBOR ["reforms link request v1", {channelId, userId, identityKey}, signature], signed with the key that follows from the link’s secret.',
  inputs: { 'who somebody is': { linkSeed: derived(secret, 'key'), ...requestBody } },
  second({ linkSeed, ...body }) {
    const { steps, document } = signedDocument(linkSeed, REQUEST_LABEL, body)
    return { steps: { linkKey: publicKeyOf('Ed25519', linkSeed), ...steps }, output: { document } }
  },
  make: async ({ linkSeed, ...body }) => ({
    document: await signLinkRequest(signingKeyPairFrom(linkSeed), body),
  }),
  open: async ({ linkSeed }, { document }) => ({
    ...(await verifyLinkRequest(publicKeyOf('Ed25519', linkSeed), document)),
  }),
  refused: {
    'a signature with one bit changed': {
      given: { linkKey, document: flipped(requestOf({}), -1) },
      code: 'signature',
    },
    'signed with another link’s key': {
      given: { linkKey, document: requestOf({}, derived(fixed(125), 'key')) },
      code: 'signature',
    },
    'a statement in its place': { given: { linkKey, document: linkOf({}) }, code: 'malformed' },
  },
  attempt: ({ linkKey: key, document }) => verifyLinkRequest(key, document),
})

export const LINK_FORMATS = [linkSecret, linkName, channelLink, linkRequest]
