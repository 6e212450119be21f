/**
 * The audit trail (SPEC.md, ADM-4): a hash chain, hash(n) = SHA-256(hash(n-1) || deterministic CBOR of record n), from 32
 * zero bytes on. `audit` is called as the last step of the transaction that it records, by any feature: it holds the
 * chain's end until the commit. Details never hold a secret.
 */
import { encodeCbor } from '@reforms/protocol'
import { createHash } from 'node:crypto'
import type { JSONValue, Sql, TransactionSql } from 'postgres'
import type { AuditNote } from '../../ports/call.ts'

interface ChainRecord {
  readonly number: number
  readonly at: number
  readonly action: string
  readonly detail: unknown
  readonly actor?: string
  readonly subject?: string
}

function hashOf(previous: Uint8Array, record: ChainRecord): Buffer {
  return createHash('sha256').update(previous).update(encodeCbor(record)).digest()
}

/** What a detail is once it has been through JSON, as the verifier will read it. */
function plainDetail(detail: Record<string, unknown> | undefined): JSONValue {
  return JSON.parse(JSON.stringify(detail ?? {})) as JSONValue
}

export function auditWriter(clock: () => number) {
  return async (transaction: TransactionSql, note: AuditNote): Promise<void> => {
    const [end] = await transaction<{ number: string; hash: Buffer }[]>`
      select number::text, hash from audit_head for update`
    if (!end) throw new Error('the audit chain has no end')
    const { action, actor, subject } = note
    const record: ChainRecord = {
      number: Number(end.number) + 1,
      at: clock(),
      action,
      detail: plainDetail(note.detail),
      ...(actor === undefined ? {} : { actor }),
      ...(subject === undefined ? {} : { subject }),
    }
    const hash = hashOf(end.hash, record)
    await transaction`
      insert into audit_record (number, at, actor, action, subject, detail, hash)
      values (${record.number}, ${record.at}, ${actor ?? null}, ${action}, ${subject ?? null},
        ${transaction.json(record.detail as JSONValue)}, ${hash})`
    await transaction`update audit_head set number = ${record.number}, hash = ${hash}`
  }
}

interface AuditRow {
  readonly number: string
  readonly at: string
  readonly actor: string | null
  readonly action: string
  readonly subject: string | null
  readonly detail: unknown
  readonly hash: Buffer
}

function recordOf(row: AuditRow): ChainRecord {
  return {
    number: Number(row.number),
    at: Number(row.at),
    action: row.action,
    detail: row.detail,
    ...(row.actor === null ? {} : { actor: row.actor }),
    ...(row.subject === null ? {} : { subject: row.subject }),
  }
}

export type AuditVerdict =
  | { readonly intact: true; readonly records: number }
  | { readonly intact: false; readonly brokenAt: number; readonly problem: string }

interface Link {
  readonly number: number
  readonly hash: Uint8Array
}

const BEFORE_THE_FIRST: Link = { number: 0, hash: new Uint8Array(32) }

function problemOf(previous: Link, row: AuditRow): string | undefined {
  if (Number(row.number) !== previous.number + 1) return 'a record is missing or doubled before this one'
  if (!hashOf(previous.hash, recordOf(row)).equals(row.hash)) return 'this record was altered'
  return undefined
}

/** Reads the whole chain in one snapshot. For the command line and tests. */
export async function verifyAudit(sql: Sql): Promise<AuditVerdict> {
  return sql.begin('isolation level repeatable read read only', async (transaction) => {
    let last = BEFORE_THE_FIRST
    const rows = transaction<AuditRow[]>`
      select number::text, at::text, actor, action, subject, detail, hash from audit_record
      order by audit_record.number`
    for await (const page of rows.cursor(500)) {
      for (const row of page) {
        const problem = problemOf(last, row)
        if (problem !== undefined) return { intact: false, brokenAt: Number(row.number), problem }
        last = { number: Number(row.number), hash: row.hash }
      }
    }
    return verifyEnd(transaction, last)
  })
}

async function verifyEnd(transaction: TransactionSql, last: Link): Promise<AuditVerdict> {
  const [end] = await transaction<{ number: string; hash: Buffer }[]>`
    select number::text, hash from audit_head`
  if (end && Number(end.number) === last.number && end.hash.equals(last.hash)) {
    return { intact: true, records: last.number }
  }
  return { intact: false, brokenAt: last.number + 1, problem: 'the newest records are missing' }
}
