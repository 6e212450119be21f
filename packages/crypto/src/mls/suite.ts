/**
 * The MLS ciphersuite (RFC 9420, section 5.1) and how ts-mls is configured for us. The suite is handed about as a
 * value, so that another can be chosen for a deployment. For src/mls only.
 */
import * as tsMls from 'ts-mls'
import type { CiphersuiteImpl, CiphersuiteName, ClientConfig, Credential } from 'ts-mls'
import { equalBytes } from '../document.ts'
import { verifyBytes } from '../signature.ts'
import { identityOf } from './credential.ts'
import { importPublicKey, seal } from './hpke-seal.ts'
import { rememberGood } from './verified-signatures.ts'

// The published library derives wrong commits for us and refuses right trees: never run without the patch.
if (tsMls.reformsPatch !== 2) {
  throw new Error(
    'ts-mls is not patched: run "npx patch-package" in the project folder (patches/ts-mls+1.6.4.patch)',
  )
}

export type Suite = CiphersuiteImpl

/** 0x0003. */
export const SUITE_NAME: CiphersuiteName = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'

/** The leaves of a few large groups; some 100 bytes each. */
const GOOD_SIGNATURES_MAX = 8192
const verifyOnce = rememberGood(verifyBytes, GOOD_SIGNATURES_MAX)

const loaded = new Map<CiphersuiteName, Promise<Suite>>()

/**
 * Trees are many small hashes: in place they take a tenth of the time that WebCrypto's round trips do. Our own suite seals in
 * the same way.
 */
async function makeSuite(name: CiphersuiteName): Promise<Suite> {
  const ciphersuite = tsMls.getCiphersuiteFromName(name)
  const suite = await tsMls.getCiphersuiteImpl(ciphersuite)
  const { hash } = await tsMls.getCiphersuiteImpl(ciphersuite, tsMls.nobleCryptoProvider)
  const hpke = name === SUITE_NAME ? { ...suite.hpke, importPublicKey, seal } : suite.hpke
  return { ...suite, hash, hpke, signature: { ...suite.signature, verify: verifyOnce } }
}

/** The ciphersuite's primitives, made once. */
export function loadSuite(name: CiphersuiteName = SUITE_NAME): Promise<Suite> {
  const suite = loaded.get(name) ?? makeSuite(name)
  loaded.set(name, suite)
  return suite
}

interface Keyed {
  credential: Credential
  signaturePublicKey: Uint8Array
}

/** Two leaves stand for one device when they name the same device or use the same key. */
function sameDevice(a: Keyed, b: Keyed): boolean {
  if (equalBytes(a.signaturePublicKey, b.signaturePublicKey)) return true
  const [left, right] = [identityOf(a.credential), identityOf(b.credential)]
  return left !== undefined && left.deviceId === right?.deviceId
}

/** Lifetimes are checked by us with the time handed in; private messages are never sent. */
export const CLIENT_CONFIG: ClientConfig = {
  keyRetentionConfig: { ...tsMls.defaultKeyRetentionConfig, retainKeysForEpochs: 1 },
  lifetimeConfig: { ...tsMls.defaultLifetimeConfig, validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: {
    compareKeyPackages: (a, b) => sameDevice(a.leafNode, b.leafNode),
    compareKeyPackageToLeafNode: (keyPackage, leaf) => sameDevice(keyPackage.leafNode, leaf),
  },
  paddingConfig: tsMls.defaultPaddingConfig,
  authService: {
    validateCredential: async (credential) => identityOf(credential) !== undefined,
  },
  privateMessages: false,
}
