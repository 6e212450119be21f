/** The key log: every change of a user's keys, in a Merkle tree that only grows (SPEC.md, KL-*). */
import { encodeKeyLogEntry, MerkleAccumulator, type KeyLogEntry } from '@reforms/crypto/public'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { plainBytes } from '../stored-bytes.ts'

const PAGE = 500

/** Appends inside the transaction of the change itself. Whoever appends waits for who did before, so call it last. */
export async function appendToKeyLog(transaction: TransactionSql, entry: KeyLogEntry): Promise<void> {
  const [stored] = await transaction<{ state: Buffer | null }[]>`select state from key_log_tree for update`
  const tree = stored?.state ? MerkleAccumulator.decode(plainBytes(stored.state)) : new MerkleAccumulator()
  const bytes = encodeKeyLogEntry(entry)
  const index = tree.size
  tree.append(bytes)
  await transaction`insert into key_log_entry (index, entry, root) values (${index}, ${bytes}, ${tree.root()})`
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

export const keyLogHandlers = { 'keyLog.read': read } satisfies Partial<Handlers>
