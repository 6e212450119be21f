/**
 * Signed device lists of people, verified and kept while the engine runs: their devices' names and keys. Asked for when somebody
 * looks at a member list, and taken from whatever the directory shows. SPEC.md, DIR-1.
 */
import {
  CryptoError,
  hashDocument,
  verifyAccountStatement,
  verifyDeviceList,
  type AccountStatement,
  type DeviceList,
  type Leaf,
} from '@reforms/crypto'
import type { UserDocuments, UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readNewestKeys } from '../tables/key-log.ts'
import { nameOfPerson, savePerson } from '../tables/people.ts'

const AT_ONCE = 100

export interface VerifiedDocuments {
  readonly statement: AccountStatement
  readonly list: DeviceList
  /** Of the device list, as the key log names it. */
  readonly listHash: Uint8Array
}

/** Throws CryptoError for documents that are not, or not of this user, what they say. */
export async function verifyDocuments(documents: UserDocuments): Promise<VerifiedDocuments> {
  const statement = await verifyAccountStatement(documents.account)
  if (statement.userId !== documents.userId) {
    throw new CryptoError('wrong-subject', "another user's account statement")
  }
  const list = await verifyDeviceList(documents.devices, statement)
  return { statement, list, listHash: hashDocument(documents.devices) }
}

/** Takes in what the directory shows. What does not verify is not used, and said. */
export async function learnDocuments(context: Context, shown: readonly UserDocuments[]): Promise<void> {
  for (const documents of shown) {
    const { userId } = documents
    try {
      const verified = await verifyDocuments(documents)
      // What was here stays: a key or device that was taken away does not come back (ID-6).
      if (isOlder(context, verified)) {
        context.olderShown.add(userId)
        continue
      }
      context.olderShown.delete(userId)
      context.deviceLists.set(userId, verified)
      context.warn(`documents/${userId}`, undefined)
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error
      context.deviceLists.delete(userId)
      const name = nameOfPerson(context.database, userId)
      context.warn(
        `documents/${userId}`,
        `The server shows keys of ${name} that do not verify, so they are not used.`,
      )
    }
  }
}

/** Whether documents have lower numbers than the key log holds of this user, or than were shown before. */
function isOlder(context: Context, { statement, list }: VerifiedDocuments): boolean {
  const logged = readNewestKeys(context.database, statement.userId)
  const isSame = logged && sameBytes(logged.identityKey, statement.identityKey)
  const shown = context.deviceLists.get(statement.userId)
  const known = shown && sameBytes(shown.statement.identityKey, statement.identityKey) ? shown : undefined
  const account = Math.max(isSame ? logged.accountNumber : 0, known?.statement.number ?? 0)
  const devices = Math.max(isSame ? logged.deviceListNumber : 0, known?.list.number ?? 0)
  return statement.number < account || list.number < devices
}

/** Fetches the documents of some people, and has them compared with the key log. */
export async function learnDeviceLists(context: Context, userIds: readonly UserId[]): Promise<void> {
  for (let at = 0; at < userIds.length; at += AT_ONCE) {
    const page = userIds.slice(at, at + AT_ONCE)
    const { users, documents } = await context.ports.transport.call('directory.read', { userIds: page })
    // A guest has not been told of somebody before they met.
    context.database.transaction(() => users.forEach((user) => savePerson(context.database, user)))
    await learnDocuments(context, documents)
    context.keysShown(page)
  }
  if (userIds.length > 0) context.peopleChanged()
}

/** Whether a leaf is, with these very keys, in its user's list as it was last shown. */
export function isListed(context: Context, leaf: Leaf): boolean {
  const known = context.deviceLists.get(leaf.userId)
  const device = known?.list.devices.find((each) => each.deviceId === leaf.deviceId)
  if (!known || !device) return false
  return (
    sameBytes(device.signatureKey, leaf.signatureKey) &&
    sameBytes(known.statement.identityKey, leaf.identityKey)
  )
}
