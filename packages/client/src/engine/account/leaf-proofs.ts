/**
 * Proving that a leaf is a user's device: it stands, with exactly its keys, in a signed device list of theirs that the key log
 * names. Neither the server nor who hands on an epoch record can make one up. SPEC.md, EPO-6, POL-9, KL-6.
 */
import { CryptoError } from '@reforms/crypto'
import { limits, ProtocolError, type UserDocuments, type UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { followKeyLog } from '../key-log.ts'
import { findDeviceList, readLoggedKeys, type LoggedKeys } from '../tables/key-log.ts'
import {
  isProven,
  markListRead,
  readUnreadNumbers,
  saveProven,
  type LeafKeys,
} from '../tables/proven-leaves.ts'
import { learnDeviceLists, verifyDocuments, type VerifiedDocuments } from './device-lists.ts'
import { fitsEntry } from './logged-keys.ts'

/** So many pages of older lists are read at once; the next look goes on. */
const PAGES_MAX = 10

/** `false-leaf`: all lists of the user are known here, and none has it. */
export type Proof = 'proven' | 'unknown' | 'false-leaf'

/** What is known here, without asking anybody. */
export function proofOf(context: Context, leaf: LeafKeys): Proof {
  if (isOwn(context, leaf) || isProven(context.database, leaf)) return 'proven'
  return context.proofs.isFalse(leaf) ? 'false-leaf' : 'unknown'
}

function isOwn({ keys }: Context, { userId, deviceId, signatureKey, identityKey }: LeafKeys): boolean {
  return (
    keys !== undefined &&
    userId === keys.userId &&
    deviceId === keys.deviceId &&
    sameBytes(signatureKey, keys.signature.publicKey) &&
    sameBytes(identityKey, keys.identityKey)
  )
}

/** Looks for the lists of leaves that are not proven yet: those at hand, the directory's, and those that were once published. */
export async function proveLeaves(context: Context, leaves: readonly LeafKeys[]): Promise<void> {
  if (leaves.every((leaf) => proofOf(context, leaf) !== 'unknown')) return
  await context.serial.run('leaf-proofs', async () => {
    try {
      for (const look of [lookAtHand, lookInDirectory, lookInKeyLog]) {
        const missing = leaves.filter((leaf) => proofOf(context, leaf) === 'unknown')
        if (missing.length > 0) await look(context, missing)
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      context.ports.log.info('the lists of some devices could not be read', { code: error.code })
    }
  })
}

function usersOf(leaves: readonly LeafKeys[]): UserId[] {
  return [...new Set(leaves.map(({ userId }) => userId))]
}

function lookAtHand(context: Context, leaves: readonly LeafKeys[]): Promise<void> {
  noteListed(context, usersOf(leaves))
  return Promise.resolve()
}

async function lookInDirectory(context: Context, leaves: readonly LeafKeys[]): Promise<void> {
  const userIds = usersOf(leaves)
  await learnDeviceLists(context, userIds)
  if (userIds.some((userId) => !isLogged(context, userId))) await followKeyLog(context)
  noteListed(context, userIds)
}

async function lookInKeyLog(context: Context, leaves: readonly LeafKeys[]): Promise<void> {
  if (!(await followKeyLog(context))) return
  const userIds = usersOf(leaves)
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const numbers = readUnreadNumbers(context.database, userIds).slice(0, limits.LOGGED_DOCUMENTS_MAX)
    if (numbers.length === 0 || !(await readLists(context, numbers))) break
  }
  for (const leaf of leaves) {
    const all = readUnreadNumbers(context.database, [leaf.userId]).length === 0
    if (all && proofOf(context, leaf) === 'unknown') context.proofs.noteFalse(leaf)
  }
}

/** False where nothing of it could be used: a server that keeps lists back, or shows others. */
async function readLists(context: Context, numbers: number[]): Promise<boolean> {
  const { documents } = await context.ports.transport.call('keyLog.documents', { numbers })
  let read = 0
  for (const { number, ...signed } of documents) {
    const entry = numbers.includes(number) ? readLoggedKeys(context.database, number) : undefined
    const verified = entry && (await verifiedOrNothing({ ...signed, userId: entry.userId }))
    if (!entry || !verified || !fitsEntry(verified, entry)) continue
    noteList(context, verified, number)
    read += 1
  }
  return read > 0
}

async function verifiedOrNothing(documents: UserDocuments): Promise<VerifiedDocuments | undefined> {
  try {
    return await verifyDocuments(documents)
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return undefined
  }
}

/** Whether the list that was last shown of somebody is one that the key log names. */
export function isLogged(context: Context, userId: UserId): boolean {
  return entryOf(context, context.deviceLists.get(userId)) !== undefined
}

/** The key log's entry that names these very documents. */
function entryOf(context: Context, documents: VerifiedDocuments | undefined): LoggedKeys | undefined {
  const { database } = context
  const entry = documents && findDeviceList(database, documents.statement.userId, documents.listHash)
  return documents && entry && fitsEntry(documents, entry) ? entry : undefined
}

/** Those of some documents that the key log names. The log is read on where it does not name one. */
export async function loggedOf<T extends UserDocuments>(context: Context, shown: readonly T[]): Promise<T[]> {
  const verified = await Promise.all(shown.map(verifiedOrNothing))
  if (verified.some((documents) => !entryOf(context, documents))) await followKeyLog(context)
  return shown.filter((_, index) => entryOf(context, verified[index]) !== undefined)
}

function noteListed(context: Context, userIds: readonly UserId[]): void {
  for (const userId of userIds) {
    const documents = context.deviceLists.get(userId)
    const entry = entryOf(context, documents)
    if (documents && entry) noteList(context, documents, entry.number)
  }
}

function noteList(context: Context, { statement, list }: VerifiedDocuments, number: number): void {
  const { userId, identityKey } = statement
  context.database.transaction(() => {
    for (const { deviceId, signatureKey } of list.devices) {
      saveProven(context.database, { userId, deviceId, signatureKey, identityKey })
    }
    markListRead(context.database, number)
  })
}
