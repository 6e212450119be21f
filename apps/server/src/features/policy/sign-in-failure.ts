/**
 * Failed attempts (SPEC.md, SES-8): they are counted for each account, known or not, and each address; delays grow, and
 * after a number of failures nothing is looked at for a while. An attempt is counted before its password is looked at,
 * so that guessing in parallel gains nothing.
 */
import { ProtocolError } from '@reforms/protocol'
import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { networkOf } from '../../network.ts'

export interface FailureLimit {
  /** So many failures cost nothing; each further one doubles a delay that begins with a second. */
  readonly free: number
  readonly lockAfter: number
  readonly lockMs: number
}

export interface SignInLimits {
  readonly account: FailureLimit
  readonly address: FailureLimit
}

const LOCK_MS = 30 * 60 * 1000
const FIRST_DELAY_MS = 1000
const KEPT_MS = 24 * 60 * 60 * 1000

export const DEFAULT_SIGN_IN_LIMITS: SignInLimits = {
  account: { free: 3, lockAfter: 10, lockMs: LOCK_MS },
  address: { free: 100, lockAfter: 200, lockMs: LOCK_MS },
}

export interface Attempt {
  readonly accountKey: Uint8Array
  readonly addressKey: Uint8Array
  /** True when this attempt, should it fail, locks the account. */
  readonly locks: boolean
}

function keyOf(kind: 'account' | 'address', text: string): Uint8Array {
  return createHash('sha256').update(`${kind}\0${text}`, 'utf8').digest()
}

export class SignInFailures {
  readonly #sql: Sql
  readonly #clock: () => number
  readonly #limits: SignInLimits

  constructor(sql: Sql, clock: () => number, limits: SignInLimits) {
    this.#sql = sql
    this.#clock = clock
    this.#limits = limits
  }

  /** Counts an attempt as failed. Throws 'rate-limited' with `retryAfterMs` where it is too early for another. */
  async begin(userName: string, address: string): Promise<Attempt> {
    const accountKey = keyOf('account', userName.toLowerCase())
    const addressKey = keyOf('address', networkOf(address))
    await this.#count(addressKey, this.#limits.address)
    const failures = await this.#count(accountKey, this.#limits.account)
    return { accountKey, addressKey, locks: failures === this.#limits.account.lockAfter }
  }

  /** The password was right: the account's failures are forgotten, the address has one less. */
  async forgive({ accountKey, addressKey }: Attempt): Promise<void> {
    await this.#sql`delete from sign_in_failure where key_hash = ${accountKey}`
    await this.#sql`
      update sign_in_failure set failures = greatest(failures - 1, 0), blocked_until = last_at
      where key_hash = ${addressKey}`
  }

  /** The password is a new one: what was guessed at before does not lock its user out. */
  async forgiveAccount(userName: string): Promise<void> {
    await this.#sql`delete from sign_in_failure where key_hash = ${keyOf('account', userName.toLowerCase())}`
  }

  /** Drops what is long past. */
  async prune(): Promise<void> {
    await this.#sql`delete from sign_in_failure where last_at < ${new Date(this.#clock() - KEPT_MS)}`
  }

  async #count(key: Uint8Array, { free, lockAfter, lockMs }: FailureLimit): Promise<number> {
    const now = new Date(this.#clock())
    const forgottenBefore = new Date(now.getTime() - lockMs)
    const [counted] = await this.#sql<{ failures: number }[]>`
      insert into sign_in_failure as f (key_hash, failures, last_at, blocked_until)
      values (${key}, 1, ${now}, ${now})
      on conflict (key_hash) do update set
        failures = case when f.last_at < ${forgottenBefore} then 1 else f.failures + 1 end,
        last_at = ${now},
        blocked_until = ${now}::timestamptz + make_interval(secs => (case
          when f.last_at < ${forgottenBefore} or f.failures + 1 <= ${free} then 0
          when f.failures + 1 >= ${lockAfter} then ${lockMs}::float8
          else least(${lockMs}::float8, ${FIRST_DELAY_MS} * power(2, f.failures - ${free}::integer)) end) / 1000)
      where f.blocked_until <= ${now}
      returning failures`
    if (counted) return counted.failures
    throw new ProtocolError('rate-limited', { retryAfterMs: await this.#waitOf(key, now) })
  }

  async #waitOf(key: Uint8Array, now: Date): Promise<number> {
    const [row] = await this.#sql<{ blockedUntil: Date }[]>`
      select blocked_until as "blockedUntil" from sign_in_failure where key_hash = ${key}`
    return Math.max(FIRST_DELAY_MS, (row?.blockedUntil.getTime() ?? 0) - now.getTime())
  }
}
