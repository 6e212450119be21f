/**
 * A user's records (SPEC.md, VLT-*): the server sees ids, versions and sizes. Invariants:
 * 1. a cursor is taken under the vault's row lock, which is held until the commit: whoever has seen one has seen all below;
 * 2. `vault.records` and `vault.bytes` say what vault_record holds.
 */
import { ProtocolError, type Input, type UserId, type VaultRecord } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { deviceCallerOf } from '../caller.ts'
import { plainBytes, toHex } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'

/** With what CBOR or base64 adds, this fits a frame and a response. */
const ANSWER_MAX_BYTES = 6 * 1024 * 1024

interface RecordRow {
  readonly id: Buffer
  readonly version: number
  readonly payload: Buffer
  readonly cursor: number
}

function recordOf({ id, payload, ...numbers }: RecordRow): VaultRecord {
  return { ...numbers, id: plainBytes(id), payload: plainBytes(payload) }
}

interface PageRow extends RecordRow {
  /** How many there are after the cursor, up to one more than were asked for. */
  readonly found: number
}

/** As many as fit one answer, and at least one. */
const read: Handlers['vault.read'] = async ({ after, limit }, call) => {
  const { userId } = deviceCallerOf(call)
  const rows = await call.services.sql<PageRow[]>`
    select id, version::float8 as version, payload, cursor::float8 as cursor, found from (
      select record_id as id, version, payload, cursor, count(*) over ()::int as found,
        sum(length(payload)) over (order by cursor) as running
      from (
        select * from vault_record where user_id = ${userId} and cursor > ${after} order by cursor limit ${limit + 1}
      ) page
    ) sized
    where running - length(payload) < ${ANSWER_MAX_BYTES} order by cursor limit ${limit}`
  const records = rows.map(({ found: _, ...row }) => recordOf(row))
  return { records, more: records.length < (rows[0]?.found ?? 0) }
}

interface Vault {
  readonly cursor: number
  readonly records: number
  readonly bytes: number
}

/** Makes the vault where it is missing, and locks it: one change at a time. */
async function lockVault(transaction: TransactionSql, userId: UserId): Promise<Vault> {
  const [vault] = await transaction<[Vault]>`
    insert into vault (user_id) values (${userId}) on conflict (user_id) do update set cursor = vault.cursor
    returning cursor::float8 as cursor, records, bytes::float8 as bytes`
  return vault
}

async function readStored(
  transaction: TransactionSql,
  userId: UserId,
  offered: Input<'vault.write'>['records'],
): Promise<Map<string, VaultRecord>> {
  const rows = await transaction<RecordRow[]>`
    select record_id as id, version::float8 as version, payload, cursor::float8 as cursor from vault_record
    where user_id = ${userId} and record_id in ${transaction(offered.map(({ id }) => Buffer.from(id)))}`
  return new Map(rows.map((row) => [toHex(row.id), recordOf(row)]))
}

interface Decision {
  /** The vault as it is after the write. */
  readonly vault: Vault
  readonly written: readonly VaultRecord[]
  readonly conflicts: readonly VaultRecord[]
}

/**
 * What is stored decides. Where nothing is, any version is taken: after a restore, a device that still has a record puts it
 * back under the number that the others know.
 */
function decide(
  before: Vault,
  stored: ReadonlyMap<string, VaultRecord>,
  offered: Input<'vault.write'>['records'],
): Decision {
  const now = new Map(stored)
  const written = new Map<string, VaultRecord>()
  const conflicts: VaultRecord[] = []
  let { cursor, records, bytes } = before
  for (const record of offered) {
    const key = toHex(record.id)
    const known = now.get(key)
    if (known && record.version !== known.version + 1) {
      conflicts.push(known)
      continue
    }
    cursor += 1
    records += known ? 0 : 1
    bytes += record.payload.length - (known?.payload.length ?? 0)
    now.set(key, { ...record, cursor })
    written.set(key, { ...record, cursor })
  }
  return { vault: { cursor, records, bytes }, written: [...written.values()], conflicts }
}

/** What is smaller than before is always taken. Throws 'too-many'. */
function checkRoom(services: Services, before: Vault, after: Vault): void {
  const fits = (name: 'records' | 'bytes', limit: number) => after[name] <= Math.max(limit, before[name])
  if (fits('records', limitOf(services, 'vaultRecords')) && fits('bytes', limitOf(services, 'vaultBytes')))
    return
  throw new ProtocolError('too-many')
}

async function store(
  transaction: TransactionSql,
  userId: UserId,
  { vault, written }: Decision,
): Promise<void> {
  const { cursor, records, bytes } = vault
  await transaction`
    update vault set cursor = ${cursor}, records = ${records}, bytes = ${bytes} where user_id = ${userId}`
  const rows = written.map(({ id, ...record }) => ({ ...record, user_id: userId, record_id: id }))
  await transaction`
    insert into vault_record ${transaction(rows, 'user_id', 'record_id', 'version', 'payload', 'cursor')}
    on conflict (user_id, record_id) do update
    set version = excluded.version, payload = excluded.payload, cursor = excluded.cursor`
}

const write: Handlers['vault.write'] = async ({ records }, call) => {
  const { services } = call
  const { userId } = deviceCallerOf(call)
  const { vault, written, conflicts } = await inTransaction(services.sql, async (transaction) => {
    const before = await lockVault(transaction, userId)
    const decision = decide(before, await readStored(transaction, userId, records), records)
    if (decision.written.length === 0) return decision
    checkRoom(services, before, decision.vault)
    await store(transaction, userId, decision)
    return decision
  })
  if (written.length > 0) services.bus.toUsers([userId], { type: 'vault', cursor: vault.cursor })
  return { cursor: vault.cursor, conflicts: [...conflicts] }
}

export const vaultHandlers = { 'vault.read': read, 'vault.write': write } satisfies Partial<Handlers>
