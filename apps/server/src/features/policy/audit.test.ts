import type { Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'
import { verifyAudit } from './index.ts'

let server: TestServer
let ada: TestPerson
let bob: TestPerson
const tokens: string[] = []

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  bob = await server.member(ada, 'bob')
  const { url } = await server.call('admin.resetPassword', { userId: bob.userId }, ada)
  await server.codeOf('session.open', { userName: 'bob', password: 'a wrong password', client: 'program' })
  await server.codeOf('session.open', { userName: 'a password by mistake', password: 'x', client: 'program' })
  const signIn = { userName: 'bob', password: PASSWORD, client: 'program' } as const
  const { token = '' } = await server.call('session.open', signIn)
  await server.call('session.close', {}, { token })
  tokens.push(ada.token, bob.token, token, url.slice(url.lastIndexOf('/') + 1))
})
afterAll(() => server.stop())

/** Does something that only the database's owner can do, looks, and takes it back. */
async function tampered(change: (sql: Sql) => Promise<unknown>) {
  const { sql } = server
  await sql`create table audit_copy as select * from audit_record`
  await sql`alter table audit_record disable trigger audit_record_is_insert_only`
  await change(sql)
  const verdict = await verifyAudit(sql)
  await sql`delete from audit_record`
  await sql`insert into audit_record select * from audit_copy`
  await sql`alter table audit_record enable trigger audit_record_is_insert_only`
  await sql`drop table audit_copy`
  return verdict
}

describe('the audit trail', () => {
  test('ADM-4: records what happened, with who did it, newest first', async () => {
    const { records } = await server.call('audit.read', { limit: 500 }, ada)
    const actions = records.map(({ action }) => action).reverse()
    expect(actions).toEqual([
      'setup-link.created',
      'user.registered',
      'invitation.created',
      'user.registered',
      'password-link.created',
      'sign-in.failed',
      'sign-in.failed',
      'sign-in',
      'sign-out',
    ])
    expect(records.find(({ action }) => action === 'invitation.created')?.actor).toBe(ada.userId)
    const older = await server.call('audit.read', { limit: 500, before: 3 }, ada)
    expect(older.records.map(({ number }) => number)).toEqual([2, 1])
  })

  test('ID-10: holds no secret: no password, no token, no link, not what was typed as a name', async () => {
    const text = JSON.stringify(await server.sql`select * from audit_record`)
    for (const secret of [PASSWORD, 'a wrong password', 'a password by mistake', ...tokens]) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toContain('argon2')
  })

  test('ADM-4: the chain verifies', async () => {
    expect(await verifyAudit(server.sql)).toEqual({ intact: true, records: 9 })
  })

  test('ADM-4: records cannot be changed or removed', async () => {
    const refused = 'audit records are never changed or removed'
    await expect(server.sql`update audit_record set action = 'x' where number = 1`).rejects.toThrow(refused)
    await expect(server.sql`delete from audit_record where number = 1`).rejects.toThrow(refused)
    await expect(server.sql`truncate audit_record`).rejects.toThrow(refused)
  })

  test('ADM-4: whoever gets around that is noticed: an edit, a removal, a swap, a cut-off end', async () => {
    const edits = [
      (sql: Sql) => sql`update audit_record set detail = '{"role":"administrator"}' where number = 4`,
      (sql: Sql) => sql`update audit_record set at = at + 1 where number = 4`,
      (sql: Sql) => sql`update audit_record set actor = null where number = 4`,
      (sql: Sql) =>
        sql`update audit_record set hash = set_byte(hash, 0, get_byte(hash, 0) # 1) where number = 4`,
    ]
    for (const edit of edits) expect(await tampered(edit)).toMatchObject({ intact: false, brokenAt: 4 })
    const gap = await tampered((sql) => sql`delete from audit_record where number = 4`)
    expect(gap).toMatchObject({ intact: false, brokenAt: 5 })
    const swap = await tampered(
      (sql) =>
        sql`update audit_record set number = case number when 4 then 105 else 104 end where number in (4, 5)`,
    )
    expect(swap).toMatchObject({ intact: false })
    const cut = await tampered((sql) => sql`delete from audit_record where number > 7`)
    expect(cut).toMatchObject({ intact: false, brokenAt: 8 })
    expect(await verifyAudit(server.sql)).toMatchObject({ intact: true })
  })

  test('ADM-4: writers in parallel make one chain', async () => {
    const { sql, services } = { sql: server.sql, services: server.app.services }
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        sql.begin((transaction) => services.audit(transaction, { action: 'test', detail: { i } })),
      ),
    )
    expect(await verifyAudit(sql)).toEqual({ intact: true, records: 49 })
  })
})
