/**
 * Passwords (SPEC.md, SES-1): Argon2id (RFC 9106), kept as PHC strings. Checking one takes the same time whether or not
 * there is a user. Few hashes run at once, since each takes much memory. Only this feature calls it.
 */
import { hash, verify } from '@node-rs/argon2'
import { limits, ProtocolError } from '@reforms/protocol'
import { COMMON_PASSWORDS } from './common-passwords.ts'

/** How costly a guess is. Never less than OWASP's 19 MiB and two passes outside of tests. */
export interface PasswordCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export const DEFAULT_PASSWORD_COST: PasswordCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 }

/** At the default cost this is 256 MiB. */
const MAX_RUNNING = 4
const MAX_WAITING = 200
const RETRY_AFTER_MS = 2000

/** Throws 'password-weak'. */
export function checkPasswordStrength(password: string, userName: string): void {
  const plain = normal(password)
  const lower = plain.toLowerCase()
  const weak =
    [...plain].length < limits.PASSWORD_MIN_CHARACTERS ||
    COMMON_PASSWORDS.has(lower) ||
    lower.includes(userName.toLowerCase()) ||
    new Set(lower).size < 4
  if (weak) throw new ProtocolError('password-weak')
}

/** Two keyboards may spell the same character differently. */
function normal(password: string): string {
  return password.normalize('NFKC')
}

export class Passwords {
  readonly #cost: PasswordCost
  readonly #waiting: (() => void)[] = []
  #running = 0
  #nobodys: Promise<string> | undefined

  constructor(cost: PasswordCost) {
    this.#cost = cost
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normal(password), this.#options()))
  }

  /** Without a stored hash it takes as long, and says no. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const compared = stored ?? (await this.#hashOfNobody())
    const fits = await this.#inTurn(() => verify(compared, normal(password)))
    return fits && stored !== undefined
  }

  /** Whether a hash was made at another cost than today's. */
  isStale(stored: string): boolean {
    const { memoryKiB, passes, lanes } = this.#cost
    return !stored.startsWith(`$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$`)
  }

  #hashOfNobody(): Promise<string> {
    this.#nobodys ??= hash('the password of nobody', this.#options())
    return this.#nobodys
  }

  #options() {
    const { memoryKiB, passes, lanes } = this.#cost
    // 2 is Argon2id; the library's enum does not exist at run time.
    return { algorithm: 2, memoryCost: memoryKiB, timeCost: passes, parallelism: lanes }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new ProtocolError('rate-limited', { retryAfterMs: RETRY_AFTER_MS })
    }
    if (this.#running >= MAX_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
