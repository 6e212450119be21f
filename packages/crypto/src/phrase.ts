/**
 * The recovery phrase: 12 English words (BIP-39), of which the identity key and the recovery key are made. The phrase
 * and these private keys are used, then forgotten; no device stores them. DESIGN: "Identity and keys". Clients only.
 */
import { entropyToMnemonic, mnemonicToSeedWebcrypto, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { CryptoError } from './errors.ts'
import { hkdf } from './hkdf.ts'
import {
  sealingKeyPairFrom,
  signingKeyPairFrom,
  takeRandom,
  type Random,
  type SealingKeyPair,
  type SigningKeyPair,
} from './keys.ts'

export const PHRASE_WORDS = 12
const PHRASE_ENTROPY_BYTES = 16
/** Longer than any 12 words with generous spacing; more is not a phrase. */
const MAX_TYPED_CHARS = 1000

export type PhraseCheck =
  | { readonly ok: true; readonly phrase: string }
  | { readonly ok: false; readonly problem: 'length' | 'word' | 'checksum'; readonly word?: string }

export function createPhrase(random: Random): string {
  return entropyToMnemonic(takeRandom(random, PHRASE_ENTROPY_BYTES), wordlist)
}

/** What a person typed, as a phrase or as what is wrong with it: case and white space do not matter. */
export function checkPhrase(text: string): PhraseCheck {
  if (text.length > MAX_TYPED_CHARS) return { ok: false, problem: 'length' }
  const words = text.normalize('NFKD').toLowerCase().split(/\s+/u).filter(Boolean)
  const unknown = words.find((word) => !wordlist.includes(word))
  if (unknown !== undefined) return { ok: false, problem: 'word', word: unknown }
  if (words.length !== PHRASE_WORDS) return { ok: false, problem: 'length' }
  const phrase = words.join(' ')
  return validateMnemonic(phrase, wordlist) ? { ok: true, phrase } : { ok: false, problem: 'checksum' }
}

/** PBKDF2-HMAC-SHA512 with 2,048 rounds, as BIP-39 says (64 bytes), then one HKDF label a key.
 *  Throws CryptoError 'malformed' for what checkPhrase refuses. */
export async function keysFromPhrase(
  phrase: string,
): Promise<{ identity: SigningKeyPair; recovery: SealingKeyPair }> {
  const checked = checkPhrase(phrase)
  if (!checked.ok) throw new CryptoError('malformed', 'not a recovery phrase')
  const secret = await mnemonicToSeedWebcrypto(checked.phrase)
  const derive = (label: string) => hkdf('SHA-512', { secret, info: [label], length: 32 })
  const identitySeed = await derive('reforms identity key v1')
  const recoveryKey = await derive('reforms recovery key v1')
  return { identity: signingKeyPairFrom(identitySeed), recovery: sealingKeyPairFrom(recoveryKey) }
}
