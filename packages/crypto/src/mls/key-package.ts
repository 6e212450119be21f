/**
 * Checks on key packages and leaves (RFC 9420, sections 7.2, 7.3 and 10.1). Holds no private key; the server may use
 * it through ./public. Making key packages is in key-package-creation.ts.
 */
import { limits, type DeviceId, type Milliseconds, type UserId } from '@reforms/protocol'
import type { KeyPackage, LeafNode } from 'ts-mls'
import { makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js'
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import { equalBytes } from '../document.ts'
import { leafOf } from './credential.ts'
import { POLICY_EXTENSION_TYPE } from './policy-extension.ts'
import { MlsRefused } from './refusal.ts'
import { loadSuite, type Suite } from './suite.ts'
import { decodeMessage } from './wire.ts'

const DAY_MS = 86_400_000
/** How far two honest clocks may differ. */
export const CLOCK_LEEWAY_MS = DAY_MS
/** From a day before it is made: for devices whose clocks are slow. */
const LIFETIME_MAX_MS = limits.KEY_PACKAGE_LIFETIME_DAYS * DAY_MS + CLOCK_LEEWAY_MS
/** The key package extension last_resort (draft-ietf-mls-extensions): it may be used more than once. */
export const LAST_RESORT_EXTENSION_TYPE = 0x000a

/** X25519: what has another length can be nobody's key, and what is longer fills the tree (LIM-6). */
export const HPKE_KEY_BYTES = 32

/** What a key package says, once checked. */
export interface InspectedKeyPackage {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly identityKey: Uint8Array
  readonly signatureKey: Uint8Array
  readonly ref: Uint8Array
  readonly lastResort: boolean
  readonly notAfter: Milliseconds
}

/** Of each kind. Ours has two at most; without a cap a member's leaves could fill the tree, and nobody could come in any more. */
const MAX_CAPABILITIES = 64

/** Every leaf must be able to carry the policy, and stay small. Throws MlsRefused 'bad-capabilities'. */
export function checkCapabilities(leaf: LeafNode, suite: Suite): void {
  const { versions, ciphersuites, extensions, credentials } = leaf.capabilities
  const able =
    Object.values(leaf.capabilities).every(({ length }) => length <= MAX_CAPABILITIES) &&
    versions.includes('mls10') &&
    ciphersuites.includes(suite.name) &&
    extensions.includes(POLICY_EXTENSION_TYPE) &&
    credentials.includes('basic') &&
    leaf.extensions.length === 0
  if (!able) throw new MlsRefused('bad-capabilities', 'the leaf does not support what the group needs')
}

/** Throws MlsRefused 'wrong-suite', 'bad-capabilities', 'bad-credential', 'bad-signature' or 'malformed'. */
export async function checkKeyPackage(keyPackage: KeyPackage, suite: Suite): Promise<void> {
  const { leafNode } = keyPackage
  if (keyPackage.version !== 'mls10' || keyPackage.cipherSuite !== suite.name) {
    throw new MlsRefused('wrong-suite', 'a key package of another ciphersuite')
  }
  checkCapabilities(leafNode, suite)
  leafOf(leafNode, 0)
  if ([keyPackage.initKey, leafNode.hpkePublicKey].some(({ length }) => length !== HPKE_KEY_BYTES)) {
    throw new MlsRefused('malformed', 'a key of another length')
  }
  if (equalBytes(keyPackage.initKey, leafNode.hpkePublicKey)) {
    throw new MlsRefused('malformed', 'the init key is the encryption key')
  }
  const signed =
    (await verifyLeafNodeSignatureKeyPackage(leafNode, suite.signature)) &&
    (await verifyKeyPackage(keyPackage, suite.signature))
  if (!signed) throw new MlsRefused('bad-signature', 'the key package is not signed by its device')
}

/** Throws MlsRefused 'expired'. Only where a clock decides: when a commit is made, and when it is accepted. */
export function checkLifetime(keyPackage: KeyPackage, now: Milliseconds): void {
  const { notBefore, notAfter } = keyPackage.leafNode.lifetime
  if ((notAfter - notBefore) * 1000n > BigInt(LIFETIME_MAX_MS)) {
    throw new MlsRefused(
      'expired',
      `a key package lives for ${limits.KEY_PACKAGE_LIFETIME_DAYS} days at most`,
    )
  }
  const begun = notBefore * 1000n <= BigInt(now + CLOCK_LEEWAY_MS)
  if (!begun || notAfter * 1000n < BigInt(now)) {
    throw new MlsRefused('expired', 'the key package is outside its lifetime')
  }
}

/** Checks a key package as it is handed in. Throws MlsRefused. */
export async function inspectKeyPackage(bytes: Uint8Array, now: Milliseconds): Promise<InspectedKeyPackage> {
  const suite = await loadSuite()
  const { keyPackage } = decodeMessage(bytes, 'mls_key_package')
  await checkKeyPackage(keyPackage, suite)
  checkLifetime(keyPackage, now)
  const { userId, deviceId, identityKey, signatureKey } = leafOf(keyPackage.leafNode, 0)
  return {
    userId,
    deviceId,
    identityKey,
    signatureKey,
    ref: await makeKeyPackageRef(keyPackage, suite.hash),
    lastResort: keyPackage.extensions.some(
      (extension) => extension.extensionType === LAST_RESORT_EXTENSION_TYPE,
    ),
    notAfter: Number(keyPackage.leafNode.lifetime.notAfter) * 1000,
  }
}
