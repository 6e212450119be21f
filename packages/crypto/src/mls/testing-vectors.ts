/**
 * The MLS working group's test vectors (github.com/mlswg/mls-implementations): where they are, which are in use, and how they
 * are read. They are not part of this repository: the folder is what REFORMS_VECTORS names, else shared/vectors beside the
 * project. For tests only.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  ciphersuites,
  decodeMlsMessage,
  defaultCryptoProvider,
  getCiphersuiteFromName,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type MLSMessage,
  type RatchetTree,
} from 'ts-mls'
import { decodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { describe } from 'vitest'
import { loadSuite, SUITE_NAME } from './suite.ts'

export const VECTORS_MS = 240_000
/** The soak takes them all, and the compliance suite too, whose curves take their time. */
const WHOLE = process.env['REFORMS_VECTORS_WHOLE'] !== undefined
/** Our suite, and the compliance suite. Some files have vectors for suite 1 only: those are run all the same. */
const IN_USE = new Set(WHOLE ? [3, 7] : [3])
const beside = fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url))
const folder = `${process.env['REFORMS_VECTORS'] ?? beside}/mls`
const missing = existsSync(folder) ? undefined : `no test vectors in ${folder}: set REFORMS_VECTORS`

export const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
export const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
export const treeFrom = (text: string): RatchetTree => decodeRatchetTree(bytes(text), 0)![0]

/** Skipped, with the reason in its title, where the vectors are missing. */
export function describeVectors(name: string, tests: () => void): void {
  describe.skipIf(missing)(`MLS test vectors: ${name}${missing ? ` (${missing})` : ''}`, tests)
}

/** Every vector of the file for a suite in use, or for any suite where there is none. */
export async function checkAll<V extends object>(
  file: string,
  check: (vector: V) => void | Promise<void>,
): Promise<void> {
  const vectors = JSON.parse(readFileSync(`${folder}/${file}.json`, 'utf8')) as V[]
  const inUse = vectors.filter(
    (vector) => 'cipher_suite' in vector && IN_USE.has(Number(vector.cipher_suite)),
  )
  for (const vector of inUse.length > 0 ? inUse : vectors) await check(vector)
}

/** All of them in the soak, else the first so many. */
export function shortened<T>(items: readonly T[], count: number): readonly T[] {
  return WHOLE ? items : items.slice(0, count)
}

/** Our own suite is the one that we ship: with our hashing, sealing and verifying. */
export async function suiteOf(id: number): Promise<CiphersuiteImpl> {
  const name = Object.entries(ciphersuites).find(([, value]) => value === id)![0] as CiphersuiteName
  if (name === SUITE_NAME) return loadSuite()
  return defaultCryptoProvider.getCiphersuiteImpl(getCiphersuiteFromName(name))
}

export function messageOf<W extends MLSMessage['wireformat']>(text: string, wireformat: W) {
  const message = decodeMlsMessage(bytes(text), 0)![0]
  if (message.wireformat !== wireformat) throw new Error(`not an ${wireformat}`)
  return message as Extract<MLSMessage, { wireformat: W }>
}
