/** The key log: every change of a user's keys, in a Merkle tree that only grows (SPEC.md, KL-*). */
import {
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  MerkleAccumulator,
  type KeyLogEntry,
} from '@reforms/crypto/public'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { callerOf } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { shownOf } from './shown.ts'

const PAGE = 500

interface NamedDocuments {
  readonly account: Uint8Array
  readonly devices: Uint8Array
}

/** Appends inside the transaction of the change itself. Whoever appends waits for who did before, so call it last. */
export async function appendToKeyLog(
  transaction: TransactionSql,
  entry: KeyLogEntry,
  { account, devices }: NamedDocuments,
): Promise<void> {
  const [stored] = await transaction<{ state: Buffer | null }[]>`select state from key_log_tree for update`
  const tree = stored?.state ? MerkleAccumulator.decode(plainBytes(stored.state)) : new MerkleAccumulator()
  const bytes = encodeKeyLogEntry(entry)
  const index = tree.size
  tree.append(bytes)
  await transaction`insert into key_log_entry (index, entry, root) values (${index}, ${bytes}, ${tree.root()})`
  await transaction`
    insert into key_log_document (index, account, devices) values (${index}, ${account}, ${devices})`
  await transaction`update key_log_tree set state = ${tree.encode()}`
}

const read: Handlers['keyLog.read'] = async ({ from, limit = PAGE }, { services: { sql } }) => {
  const [last] = await sql<{ size: number; root: Buffer }[]>`
    select (index + 1)::float8 as size, root from key_log_entry order by index desc limit 1`
  if (!last) return { size: 0, root: new MerkleAccumulator().root(), entries: [] }
  const rows = await sql<{ entry: Buffer }[]>`
    select entry from key_log_entry where index >= ${from} and index < ${last.size} order by index limit ${limit}`
  return { size: last.size, root: plainBytes(last.root), entries: rows.map((row) => plainBytes(row.entry)) }
}

interface DocumentRow {
  readonly number: number
  readonly account: Buffer
  readonly devices: Buffer
  readonly entry: Buffer
}

/** An entry's number is the tree's size with it: 1 for the first. */
const readNamed: Handlers['keyLog.documents'] = async ({ numbers }, call) => {
  const { sql } = call.services
  const rows = await sql<DocumentRow[]>`
    select (index + 1)::float8 as number, account, devices, entry
    from key_log_document join key_log_entry using (index)
    where index = any(${numbers.map((number) => number - 1)}::bigint[]) order by index`
  const userOf = ({ entry }: DocumentRow) => decodeKeyLogEntry(plainBytes(entry)).userId
  const shown = await shownOf(sql, callerOf(call), rows.map(userOf))
  const seen = rows.filter((row) => shown.has(userOf(row)))
  const documents = seen.map(({ number, account, devices }) => ({
    number,
    account: plainBytes(account),
    devices: plainBytes(devices),
  }))
  return { documents }
}

export const keyLogHandlers = {
  'keyLog.read': read,
  'keyLog.documents': readNamed,
} satisfies Partial<Handlers>
