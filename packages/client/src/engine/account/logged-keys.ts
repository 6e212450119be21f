/**
 * Comparing the keys that the server shows with the key log: everybody's signed documents, and one's own keys with what this
 * device knows. A difference is looked at twice, since keys may change between two answers. SPEC.md, KL-4.
 */
import type { UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { findDeviceList, readNewestKeys, type LoggedKeys } from '../tables/key-log.ts'
import { nameOfPerson, readPerson, savePerson } from '../tables/people.ts'
import { learnDocuments, type VerifiedDocuments } from './device-lists.ts'

const AT_ONCE = 100

export const OWN_WORDS =
  'The server shows keys for your account that are not those of this device. Somebody may be trying to take your place: tell an administrator, and compare your devices with the list in the settings.'
const OWN_SUCCESSION_WORDS =
  'The server’s log of keys holds a change of your keys that none of your devices made. Tell an administrator.'

/** Compares what was last shown of these people. `follow` reads the log on. */
export async function checkKeys(
  context: Context,
  userIds: readonly UserId[],
  follow: () => Promise<boolean>,
): Promise<void> {
  const doubtful = userIds.filter((userId) => !fitsNewest(context, userId))
  for (const userId of userIds) if (!doubtful.includes(userId)) context.warn(`keys/${userId}`, undefined)
  for (let at = 0; at < doubtful.length; at += AT_ONCE) {
    await lookAgain(context, doubtful.slice(at, at + AT_ONCE), follow)
  }
}

function fitsNewest(context: Context, userId: UserId): boolean {
  if (context.olderShown.has(userId)) return false
  const entry = readNewestKeys(context.database, userId)
  const documents = context.deviceLists.get(userId)
  const person = readPerson(context.database, userId)
  if (!entry || (person && !sameBytes(person.identityKey, entry.identityKey))) return false
  if (isOwn(context, userId) && !fitsOwn(context, entry, context.requireKeys().accountNumber)) return false
  return documents === undefined || fitsEntry(documents, entry)
}

function isOwn(context: Context, userId: UserId): boolean {
  return context.keys?.userId === userId
}

/** Whether documents are those that an entry of the key log names. */
export function fitsEntry({ statement, list, listHash }: VerifiedDocuments, entry: LoggedKeys): boolean {
  return (
    sameBytes(listHash, entry.deviceListHash) &&
    sameBytes(statement.identityKey, entry.identityKey) &&
    sameBytes(statement.accountKey, entry.accountKey) &&
    statement.number === entry.accountNumber &&
    list.number === entry.deviceListNumber
  )
}

/** The newest entry of one's own is of this identity, and of no earlier account key than this device has. */
function fitsOwn(context: Context, entry: LoggedKeys | undefined, accountNumber: number): boolean {
  const { identityKey } = context.requireKeys()
  return (
    entry !== undefined && sameBytes(entry.identityKey, identityKey) && entry.accountNumber >= accountNumber
  )
}

/** Documents first, then the log: it has to hold them, and nothing that was newer already when they were asked for. */
async function lookAgain(
  context: Context,
  userIds: readonly UserId[],
  follow: () => Promise<boolean>,
): Promise<void> {
  const { database } = context
  const accountNumber = context.requireKeys().accountNumber
  const floors = new Map(userIds.map((userId) => [userId, readNewestKeys(database, userId)?.number ?? 0]))
  const { users, documents } = await context.ports.transport.call('directory.read', { userIds: [...userIds] })
  database.transaction(() => users.forEach((user) => savePerson(database, user)))
  await learnDocuments(context, documents)
  // Without a log that adds up there is nothing to compare with; that has been told.
  if (!(await follow()) || !context.keys) return
  for (const userId of userIds) {
    const logged = isLogged(context, userId, floors.get(userId) ?? 0)
    const own = isOwn(context, userId)
    const fits = logged && (!own || fitsOwn(context, readNewestKeys(database, userId), accountNumber))
    if (context.olderShown.has(userId)) context.warn(`keys/${userId}`, olderWords(context, userId))
    else context.warn(`keys/${userId}`, fits ? undefined : own ? OWN_WORDS : strangerWords(context, userId))
  }
  context.peopleChanged()
}

/** Documents that do not verify have been told of already: there is nothing to compare. */
function isLogged(context: Context, userId: UserId, floor: number): boolean {
  const documents = context.deviceLists.get(userId)
  if (!documents) return true
  const entry = findDeviceList(context.database, userId, documents.listHash)
  const person = readPerson(context.database, userId)
  return (
    entry !== undefined &&
    entry.number >= floor &&
    fitsEntry(documents, entry) &&
    (person === undefined || sameBytes(person.identityKey, entry.identityKey))
  )
}

export function strangerWords(context: Context, userId: UserId): string {
  const name = nameOfPerson(context.database, userId)
  return `The server shows keys of ${name} that differ from its log of everybody’s keys. Compare safety numbers with ${name} before you trust them.`
}

function olderWords(context: Context, userId: UserId): string {
  if (isOwn(context, userId)) return OWN_WORDS
  const name = nameOfPerson(context.database, userId)
  return `The server shows older keys and devices of ${name} than it did before, so they are not used. Tell an administrator.`
}

/** An entry that contradicts the one before it: numbers never go back, and a number stands for one key. */
export function noteSuccession(
  context: Context,
  entry: LoggedKeys,
): { about: string; words: string } | undefined {
  const before = readNewestKeys(context.database, entry.userId)
  if (follows(before, entry)) return undefined
  const { userId } = entry
  const name = nameOfPerson(context.database, userId)
  const words = isOwn(context, userId)
    ? OWN_SUCCESSION_WORDS
    : `The server’s log of keys holds a change of ${name}’s keys that no device can have made. Compare safety numbers with ${name}.`
  return { about: `succession/${userId}`, words }
}

/** A new identity begins anew. */
function follows(before: LoggedKeys | undefined, entry: LoggedKeys): boolean {
  if (!before || !sameBytes(before.identityKey, entry.identityKey)) {
    return entry.accountNumber === 1 && entry.deviceListNumber === 1
  }
  const sameNumber = entry.accountNumber === before.accountNumber
  if (sameNumber && !sameBytes(entry.accountKey, before.accountKey)) return false
  return entry.accountNumber >= before.accountNumber && entry.deviceListNumber > before.deviceListNumber
}
