/**
 * @reforms/crypto for clients: identity, sealing, messages, files, vault. The server may import ./public only.
 */
export { CryptoError, type CryptoErrorCode } from './errors.ts'
export {
  createSealingKeyPair,
  createSigningKeyPair,
  sign,
  type Random,
  type SealingKeyPair,
  type SigningKeyPair,
} from './keys.ts'
export { verify } from './signature.ts'
export { PHRASE_WORDS, checkPhrase, createPhrase, keysFromPhrase, type PhraseCheck } from './phrase.ts'
export {
  MAX_DEVICES,
  verifyAccountStatement,
  verifyDeviceList,
  verifyIdentityReplacement,
  type AccountStatement,
  type DeviceList,
  type IdentityReplacement,
  type ListedDevice,
} from './account.ts'
export {
  signAccountStatement,
  signDeviceList,
  signIdentityReplacement,
  signSession,
} from './account-signing.ts'
export { verifySessionSignature, type SessionBinding } from './session.ts'
export { safetyNumber } from './safety-number.ts'
export { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from './log-hash.ts'
