/**
 * Who a leaf stands for: a basic credential (RFC 9420, section 5.3) whose identity is deterministic CBOR
 * [userId, deviceId, identityKey]. DESIGN.md, "Device key".
 */
import { DeviceIdSchema, KeySchema, UserIdSchema, type DeviceId, type UserId } from '@reforms/protocol'
import type { Credential, LeafNode, RatchetTree } from 'ts-mls'
import { Type } from 'typebox'
import { decodeDocument, encodeDocument } from '../document.ts'
import type { SigningKeyPair } from '../keys.ts'
import { MlsRefused } from './refusal.ts'

/** This device, as it acts in groups. */
export interface DeviceIdentity {
  readonly userId: UserId
  readonly deviceId: DeviceId
  /** 32 bytes, Ed25519: the user's, not the device's. */
  readonly identityKey: Uint8Array
  /** The device key. */
  readonly signature: SigningKeyPair
}

/** One device's place in a group. */
export interface Leaf {
  readonly leafIndex: number
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly identityKey: Uint8Array
  readonly signatureKey: Uint8Array
}

export type LeafIdentity = Pick<Leaf, 'userId' | 'deviceId' | 'identityKey'>

const CredentialIdentity = Type.Tuple([UserIdSchema, DeviceIdSchema, KeySchema])
const MAX_CREDENTIAL_BYTES = 160

export function credentialOf(device: LeafIdentity): Credential {
  const identity = [device.userId, device.deviceId, device.identityKey] as const
  return {
    credentialType: 'basic',
    identity: encodeDocument(CredentialIdentity, [...identity], MAX_CREDENTIAL_BYTES),
  }
}

/** Credentials are never changed, and each is asked for at every commit: decoding a thousand takes its time. */
const identities = new WeakMap<Credential, LeafIdentity>()

/** Undefined for a credential that is not ours. */
export function identityOf(credential: Credential): LeafIdentity | undefined {
  const identity = identities.get(credential) ?? decodeIdentity(credential)
  if (identity) identities.set(credential, identity)
  return identity
}

function decodeIdentity(credential: Credential): LeafIdentity | undefined {
  if (credential.credentialType !== 'basic') return undefined
  try {
    const [userId, deviceId, identityKey] = decodeDocument(
      CredentialIdentity,
      credential.identity,
      MAX_CREDENTIAL_BYTES,
    )
    return { userId, deviceId, identityKey }
  } catch {
    return undefined
  }
}

/** Throws MlsRefused 'bad-credential'. */
export function leafOf(node: LeafNode, leafIndex: number): Leaf {
  const identity = identityOf(node.credential)
  if (!identity) throw new MlsRefused('bad-credential', `the credential of leaf ${leafIndex} is not ours`)
  return { leafIndex, ...identity, signatureKey: node.signaturePublicKey }
}

export function leafAt(tree: RatchetTree, leafIndex: number): Leaf | undefined {
  const node = tree[2 * leafIndex]
  return node?.nodeType === 'leaf' ? leafOf(node.leaf, leafIndex) : undefined
}

/** All leaves, in the order of the tree. */
export function rosterOfTree(tree: RatchetTree): Leaf[] {
  return tree.flatMap((node, index) => (node?.nodeType === 'leaf' ? [leafOf(node.leaf, index / 2)] : []))
}
