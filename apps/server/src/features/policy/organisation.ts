/** What this server is and how it is set (SPEC.md, ADM-5), and the audit trail for reading. */
import type { AuditRecord, Settings, UserId } from '@reforms/protocol'
import type { Handlers } from '../../ports/call.ts'
import { callerOf } from '../caller.ts'
import type { PolicyParts } from './parts.ts'
import { readSettings, writeSettings } from './settings.ts'
import { hasAdministrator } from './setup.ts'

const readAllSettings: Handlers['settings.read'] = (_input, { services }) => services.settings()

/** Only what differs, before and after. */
function differences(
  before: Settings,
  changes: Partial<Settings>,
): [string, { before: unknown; after: unknown }][] {
  const names = Object.keys(changes) as (keyof Settings)[]
  return names
    .filter((name) => changes[name] !== undefined && changes[name] !== before[name])
    .map((name) => [name, { before: before[name], after: changes[name] }])
}

interface AuditRow extends Omit<AuditRecord, 'number' | 'at' | 'actor' | 'subject' | 'hash'> {
  readonly number: string
  readonly at: string
  readonly actor: UserId | null
  readonly subject: string | null
  readonly hash: Buffer
}

function present({ number, at, actor, subject, hash, ...row }: AuditRow): AuditRecord {
  return {
    ...row,
    number: Number(number),
    at: Number(at),
    hash: new Uint8Array(hash),
    ...(actor === null ? {} : { actor }),
    ...(subject === null ? {} : { subject }),
  }
}

const readAudit: Handlers['audit.read'] = async ({ before, limit }, { services }) => {
  const rows = await services.sql<AuditRow[]>`
    select number::text, at::text, actor, action, subject, detail, hash from audit_record
    where number < ${before ?? Number.MAX_SAFE_INTEGER} order by audit_record.number desc limit ${limit}`
  return { records: rows.map(present) }
}

export function organisationHandlers({ settings, version }: PolicyParts) {
  const readServer: Handlers['server.read'] = async (_input, { services }) => {
    const { organisation: name, registration, fileMaxMegabytes, teams, receipts } = await services.settings()
    const setUp = await hasAdministrator(services.sql)
    return { name, version, protocol: 1, registration, setUp, fileMaxMegabytes, teams, receipts }
  }

  const update: Handlers['settings.update'] = async (changes, call) => {
    const { sql, bus, audit } = call.services
    const actor = callerOf(call).userId
    const after = await sql.begin(async (transaction) => {
      await transaction`lock table setting in share row exclusive mode`
      const changed = differences(await readSettings(transaction), changes)
      await writeSettings(
        transaction,
        Object.fromEntries(changed.map(([name, value]) => [name, value.after])),
      )
      for (const [name, detail] of changed) {
        await audit(transaction, { action: 'setting.changed', actor, subject: name, detail })
      }
      return readSettings(transaction)
    })
    settings.forget()
    bus.toEveryone({ type: 'settings' })
    return after
  }

  return {
    'server.read': readServer,
    'settings.read': readAllSettings,
    'settings.update': update,
    'audit.read': readAudit,
  } satisfies Partial<Handlers>
}
