/**
 * Making key packages (RFC 9420, section 10): 90 days each, the last-resort one too. For clients only: it makes
 * private keys.
 */
import { bytes as byteString, limits, object, type Milliseconds } from '@reforms/protocol'
import { generateKeyPackageWithKey, type KeyPackage, type PrivateKeyPackage } from 'ts-mls'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { decodeDocument, encodeDocument } from '../document.ts'
import { credentialOf, type DeviceIdentity } from './credential.ts'
import { CLOCK_LEEWAY_MS, LAST_RESORT_EXTENSION_TYPE } from './key-package.ts'
import { POLICY_EXTENSION_TYPE } from './policy-extension.ts'
import { loadSuite, type Suite } from './suite.ts'
import { encodeMessage } from './wire.ts'

const LIFETIME_MS = limits.KEY_PACKAGE_LIFETIME_DAYS * 86_400_000
const KeyPackageSecrets = object({
  initPrivateKey: byteString(32, 32),
  hpkePrivateKey: byteString(32, 32),
})
const MAX_SECRETS_BYTES = 256

export interface CreatedKeyPackage {
  /** An MLSMessage, to be published. */
  readonly keyPackage: Uint8Array
  /** RFC 9420's KeyPackageRef: the Welcome names it. */
  readonly ref: Uint8Array
  /** Private: kept until a Welcome uses it (a last resort's until it is replaced). */
  readonly secrets: Uint8Array
}

function seconds(milliseconds: Milliseconds): bigint {
  return BigInt(Math.floor(milliseconds / 1000))
}

/** A key package as the library has it, private part and all. */
export async function generateFor(
  device: DeviceIdentity,
  { now, lastResort, suite }: { now: Milliseconds; lastResort: boolean; suite: Suite },
): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  return generateKeyPackageWithKey(
    credentialOf(device),
    {
      versions: ['mls10'],
      ciphersuites: [suite.name],
      extensions: [POLICY_EXTENSION_TYPE, LAST_RESORT_EXTENSION_TYPE],
      proposals: [],
      credentials: ['basic'],
    },
    { notBefore: seconds(Math.max(0, now - CLOCK_LEEWAY_MS)), notAfter: seconds(now + LIFETIME_MS) },
    lastResort ? [{ extensionType: LAST_RESORT_EXTENSION_TYPE, extensionData: new Uint8Array() }] : [],
    { signKey: device.signature.privateKey, publicKey: device.signature.publicKey },
    suite,
  )
}

export async function createKeyPackage(
  device: DeviceIdentity,
  { now, lastResort }: { now: Milliseconds; lastResort: boolean },
): Promise<CreatedKeyPackage> {
  const suite = await loadSuite()
  const { publicPackage, privatePackage } = await generateFor(device, { now, lastResort, suite })
  const { initPrivateKey, hpkePrivateKey } = privatePackage
  return {
    keyPackage: encodeMessage({
      version: 'mls10',
      wireformat: 'mls_key_package',
      keyPackage: publicPackage,
    }),
    ref: await makeKeyPackageRef(publicPackage, suite.hash),
    secrets: encodeDocument(KeyPackageSecrets, { initPrivateKey, hpkePrivateKey }, MAX_SECRETS_BYTES),
  }
}

/** The private part again, with the device key that is kept apart from it. Throws CryptoError 'malformed'. */
export function privatePackageFrom(secrets: Uint8Array, device: DeviceIdentity): PrivateKeyPackage {
  return {
    ...decodeDocument(KeyPackageSecrets, secrets, MAX_SECRETS_BYTES),
    signaturePrivateKey: device.signature.privateKey,
  }
}
