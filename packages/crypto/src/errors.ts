/**
 * The one error of this package. Everything that takes bytes from outside throws CryptoError and nothing else when
 * they are not what they should be; its message never holds a secret or plaintext. Anybody may catch it.
 */
export type CryptoErrorCode =
  /** Not the bytes that our encoder would have made: cut short, wrong shape, a field beyond its cap. */
  | 'malformed'
  /** More bytes than this kind of document may have. */
  | 'too-large'
  /** The signature is not the expected signer's over this document. */
  | 'signature'
  /** An authenticated decryption failed: another key, other associated data, or altered bytes. */
  | 'tag'
  /** The key does not fit the ciphertext's key commitment. */
  | 'commitment'
  /** A document about another user, device, channel or record than the one asked about. */
  | 'wrong-subject'
  /** A device list made by another account key than the statement's. */
  | 'wrong-number'
  /** The same device twice in one device list. */
  | 'duplicate-device'
  /** A key that cannot be used: all zeros, a point of small order, a wrong length. */
  | 'bad-key'
  /** The key of this number is not among those handed in. */
  | 'missing-key'
  /** The bytes' hash is not the one that was announced. */
  | 'hash'

export class CryptoError extends Error {
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, message: string) {
    super(message)
    this.name = 'CryptoError'
    this.code = code
  }
}
