/**
 * A program that dies between two of its steps: a step is a transaction of its database or a call of its server. After its last
 * step nothing that it does has an effect, and it hears nothing more, as if its process had been killed; what it had stored stays.
 * Since only steps change what is stored here or there, dying after each of them is dying everywhere.
 */
import type { Clock, Database, Transport } from '@reforms/client'
import { systemClock } from '@reforms/client/node'

class Dead extends Error {
  override readonly name = 'Dead'
}

export class Mortal {
  readonly #database: Database
  readonly #closing: (() => void)[] = []
  #last = Number.POSITIVE_INFINITY
  #within = false
  #dead = false
  #tellDeath: () => void = () => undefined
  #stepAt = Date.now()
  /** How far its clock is ahead. */
  aheadMs = 0
  /** The steps since it was told when to die, by name. */
  steps: string[] = []
  readonly death: Promise<void>

  constructor(database: Database) {
    this.#database = database
    this.death = new Promise((resolve) => (this.#tellDeath = resolve))
  }

  get dead(): boolean {
    return this.#dead
  }

  /** Since the last step, in milliseconds. */
  get stillMs(): number {
    return Date.now() - this.#stepAt
  }

  /** Counts from now, and dies after this many steps: 0 is at once. */
  dieAfter(steps: number): void {
    this.steps = []
    this.#last = steps
    if (steps === 0) this.#die()
  }

  /** From now on it does not die. */
  liveOn(): void {
    this.#last = Number.POSITIVE_INFINITY
  }

  /** What `TestPerson.open` takes. */
  get options() {
    return {
      database: this.#mortalDatabase(),
      clock: this.#mortalClock(),
      between: (transport: Transport) => this.#mortalTransport(transport),
    }
  }

  #die(): void {
    this.#dead = true
    for (const close of this.#closing) close()
    this.#tellDeath()
  }

  #demandAlive(): void {
    if (this.#dead) throw new Dead('this program was killed')
  }

  #stepped(name: string): void {
    this.#stepAt = Date.now()
    this.steps.push(name)
    if (this.steps.length === this.#last) this.#die()
    this.#demandAlive()
  }

  #mortalDatabase(): Database {
    const database = this.#database
    const write = <T>(work: () => T): T => {
      this.#demandAlive()
      const result = work()
      if (!this.#within) this.#stepped('a write')
      return result
    }
    return {
      exec: (sql) => write(() => database.exec(sql)),
      run: (sql, parameters) => write(() => database.run(sql, parameters)),
      all: (sql, parameters) => (this.#demandAlive(), database.all(sql, parameters)),
      transaction: (work) =>
        write(() => {
          this.#within = true
          try {
            return database.transaction(work)
          } finally {
            this.#within = false
          }
        }),
      close: () => undefined,
    }
  }

  #mortalTransport(transport: Transport): Transport {
    const never = () => new Promise<never>(() => undefined)
    /** The call is made, and its answer lost where it was the last step. */
    const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      if (this.#dead) return never()
      const outcome = await work().then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error
        },
      )
      if (this.#dead) return never()
      try {
        this.#stepped(name)
      } catch {
        return never()
      }
      return outcome()
    }
    this.#closing.push(() => transport.close())
    return {
      call: (operation, input, via) => step(operation, () => transport.call(operation, input, via)),
      upload: (blobId, offset, bytes) => step('upload', () => transport.upload(blobId, offset, bytes)),
      download: (blobId, range, room) => step('download', () => transport.download(blobId, range, room)),
      open: ({ onState, onEvent }) => {
        if (this.#dead) return
        transport.open({
          onState: (state) => (this.#dead ? undefined : onState(state)),
          onEvent: (event) => (this.#dead ? undefined : onEvent(event)),
        })
      },
      close: () => transport.close(),
    }
  }

  #mortalClock(): Clock {
    return {
      now: () => systemClock.now() + this.aheadMs,
      after: (delayMs, work) => systemClock.after(delayMs, () => (this.#dead ? undefined : work())),
    }
  }
}
