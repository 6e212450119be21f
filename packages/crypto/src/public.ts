/**
 * @reforms/crypto/public: checks on public data, for the server too. Nothing that is reached from here handles a
 * private key, a group secret or plaintext.
 */
export { CryptoError, type CryptoErrorCode } from './errors.ts'
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
export { verifySessionSignature, type SessionBinding } from './session.ts'
export { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from './log-hash.ts'
export { verifyRedaction, type Redaction } from './redaction.ts'
