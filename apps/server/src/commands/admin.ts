/**
 * `reforms admin …`: what an administrator does without being signed in, for whoever has the machine. Each change is an
 * audit record without an actor. A running server notices ended sessions within seconds.
 */
import { ROLES, type ManagedUser, type Role, type UserId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import { OperatorProblem } from '../config/operator-problem.ts'
import type { Config } from '../config/read.ts'
import {
  changeUser,
  createPasswordLink,
  createSetupLink,
  joinUrl,
  listManagedUsers,
  resetUrl,
  verifyAudit,
} from '../features/policy/index.ts'
import type { Arguments } from './command-line.ts'
import { withMigratedDatabase } from './command-database.ts'

interface Task {
  readonly sql: Sql
  readonly config: Config
  readonly operands: readonly string[]
}

/** Gives what to print. */
type Action = (task: Task) => Promise<string>

const random = (length: number) => new Uint8Array(randomBytes(length))

const setupLink: Action = async ({ sql, config }) => {
  const { token, expiresAt } = await createSetupLink(sql, Date.now, random)
  return `${joinUrl(config.publicUrl, token)}\nGood once, until ${day(expiresAt)}. Earlier setup links are void.`
}

const listUsers: Action = async ({ sql }) => {
  const users = await everyUser(sql)
  if (users.length === 0) return 'There is nobody yet. Make the first administrator: reforms admin setup-link'
  return users.map(userLine).join('\n')
}

const resetPassword: Action = async ({ sql, config, operands }) => {
  const { userId } = await findUser(sql, operands[0])
  const { token, expiresAt } = await createPasswordLink(sql, Date.now, random, { userId })
  return `${resetUrl(config.publicUrl, token)}\nGood once, until ${day(expiresAt)}. Give it to nobody else.`
}

const deactivate: Action = async ({ sql, operands }) => {
  const { userId, userName } = await findUser(sql, operands[0])
  await changeUser(sql, Date.now, { userId, active: false })
  return `${userName} is deactivated.`
}

const setRole: Action = async ({ sql, operands }) => {
  const { userId, userName } = await findUser(sql, operands[0])
  const role = operands[1]
  if (!isRole(role))
    throw new OperatorProblem(`"${role ?? ''}" is no role; it should be ${ROLES.join(', ')}.`, 2)
  await changeUser(sql, Date.now, { userId, role })
  return `${userName} is ${role} now.`
}

const checkAudit: Action = async ({ sql }) => {
  const verdict = await verifyAudit(sql)
  if (verdict.intact) return `The audit trail is intact: ${recordCount(verdict.records)}.`
  throw new OperatorProblem(`The audit trail is broken at record ${verdict.brokenAt}: ${verdict.problem}.`)
}

const ACTIONS: Readonly<Record<string, { readonly run: Action; readonly operands: readonly string[] }>> = {
  'setup-link': { run: setupLink, operands: [] },
  'list-users': { run: listUsers, operands: [] },
  'reset-password': { run: resetPassword, operands: ['USER'] },
  deactivate: { run: deactivate, operands: ['USER'] },
  'set-role': { run: setRole, operands: ['USER', 'ROLE'] },
  'verify-audit': { run: checkAudit, operands: [] },
}

export async function admin(config: Config, { positionals }: Arguments): Promise<void> {
  const [name = '', ...operands] = positionals
  const action = ACTIONS[name]
  if (!action) throw new OperatorProblem(`reforms admin takes one of: ${Object.keys(ACTIONS).join(', ')}.`, 2)
  if (operands.length !== action.operands.length)
    throw new OperatorProblem(`Usage: reforms admin ${[name, ...action.operands].join(' ')}`, 2)
  const said = await withMigratedDatabase(config, ({ sql }) => action.run({ sql, config, operands }))
  process.stdout.write(`${said}\n`)
}

async function everyUser(sql: Sql): Promise<ManagedUser[]> {
  const all: ManagedUser[] = []
  for (let after: UserId | undefined; ;) {
    const { users, more } = await listManagedUsers(sql, { after, limit: 500 })
    all.push(...users)
    after = users.at(-1)?.userId
    if (!more) return all
  }
}

async function findUser(sql: Sql, name = ''): Promise<ManagedUser> {
  const sought = name.toLowerCase().replace(/^@/, '')
  const found = (await everyUser(sql)).find(({ userName }) => userName === sought)
  if (!found) throw new OperatorProblem(`There is no user "${name}". See: reforms admin list-users`)
  return found
}

function userLine({ userName, displayName, role, active, lastSeenAt }: ManagedUser): string {
  const seen = lastSeenAt === undefined ? 'never seen' : `seen ${day(lastSeenAt)}`
  const state = active ? 'active' : 'deactivated'
  return [userName.padEnd(24), role.padEnd(14), state.padEnd(12), seen.padEnd(16), displayName].join(' ')
}

function isRole(text: string | undefined): text is Role {
  return (ROLES as readonly (string | undefined)[]).includes(text)
}

/** For doctor as well. */
export function recordCount(records: number): string {
  return records === 1 ? '1 record' : `${records} records`
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
