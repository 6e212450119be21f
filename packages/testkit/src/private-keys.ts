/** Every private key and secret that a client's database holds, by what it is. For tests of who else has them. */
import type { Database, SqlValue } from '@reforms/client'
import { decodeEpochRecord, decodeGroup, keysFromPhrase, knownContent, vaultNameKey } from '@reforms/crypto'
import { decodeCbor } from '@reforms/protocol'
import { OldState } from './old-state.ts'

export interface PrivateKey {
  readonly name: string
  readonly bytes: Uint8Array
}

export async function privateKeysIn(database: Database): Promise<PrivateKey[]> {
  return [
    ...(await accountKeys(database)),
    ...column(database, 'epoch', 'record').map((record) => ({
      name: 'an epoch’s secret',
      bytes: decodeEpochRecord(record).secret,
    })),
    ...column(database, 'key_package', 'secrets').flatMap((secrets) =>
      byteFields('a key package’s', decodeCbor(secrets) as Record<string, unknown>),
    ),
    ...column(database, 'channel', 'group_state').flatMap(groupKeys),
    ...column(database, 'entry', 'content').flatMap(fileKeys),
  ]
}

/** What a phrase makes, besides the phrase itself. */
export async function privateKeysOf(phrase: string): Promise<PrivateKey[]> {
  const { identity, recovery } = await keysFromPhrase(phrase)
  return [
    { name: 'an identity key', bytes: identity.privateKey },
    { name: 'a recovery key', bytes: recovery.privateKey },
  ]
}

async function accountKeys(database: Database): Promise<PrivateKey[]> {
  const { signature, sealing, accountPrivateKey, vaultKeys } = new OldState(database).keys
  const nameKeys = await Promise.all(vaultKeys.map(({ key }) => vaultNameKey(key)))
  return [
    { name: 'a device key', bytes: signature.privateKey },
    { name: 'a device’s sealing key', bytes: sealing.privateKey },
    { name: 'an account key', bytes: accountPrivateKey },
    ...vaultKeys.map(({ key }) => ({ name: 'a vault key', bytes: key })),
    ...nameKeys.map((bytes) => ({ name: 'a vault’s name key', bytes })),
  ]
}

function groupKeys(stored: Uint8Array): PrivateKey[] {
  const { keySchedule, privatePath, signaturePrivateKey } = decodeGroup(stored).state
  return [
    { name: 'a leaf’s signature key', bytes: signaturePrivateKey },
    ...byteFields('a group’s', { ...keySchedule }),
    ...byteFields('a group’s path key at', { ...privatePath.privateKeys }),
  ]
}

function fileKeys(stored: Uint8Array): PrivateKey[] {
  const content = knownContent(stored)
  if (content?.type !== 'text') return []
  return (content.files ?? []).map(({ key }) => ({ name: 'a file’s key', bytes: key }))
}

function byteFields(owner: string, fields: Readonly<Record<string, unknown>>): PrivateKey[] {
  return Object.entries(fields).flatMap(([name, bytes]) =>
    bytes instanceof Uint8Array && bytes.length > 0 ? [{ name: `${owner} ${name}`, bytes }] : [],
  )
}

function column(database: Database, table: string, name: string): Uint8Array[] {
  return database
    .all(`SELECT ${name} AS value FROM ${table}`)
    .map((row): SqlValue | undefined => row['value'])
    .filter((value) => value instanceof Uint8Array)
}
