/**
 * The Bus of one process (ports/call.ts): what is published goes straight to the gateway's subscriber. app.ts makes it
 * before the gateway, which subscribes as it starts; without a gateway there is nobody to tell.
 */
import { logEntries } from '../metrics.ts'
import type { Bus } from '../../ports/call.ts'

export class MemoryBus implements Bus {
  #subscriber: Bus | undefined

  subscribe(subscriber: Bus): void {
    this.#subscriber = subscriber
  }

  toChannel(...args: Parameters<Bus['toChannel']>): void {
    const [, event] = args
    // Each entry is published once, right after its commit.
    if (event.type === 'entry') logEntries.inc({ kind: event.entry.kind })
    this.#subscriber?.toChannel(...args)
  }

  toUsers(...args: Parameters<Bus['toUsers']>): void {
    this.#subscriber?.toUsers(...args)
  }

  toDevice(...args: Parameters<Bus['toDevice']>): void {
    this.#subscriber?.toDevice(...args)
  }

  toEveryone(...args: Parameters<Bus['toEveryone']>): void {
    this.#subscriber?.toEveryone(...args)
  }

  rosterChanged(...args: Parameters<Bus['rosterChanged']>): void {
    this.#subscriber?.rosterChanged(...args)
  }

  endSessions(...args: Parameters<Bus['endSessions']>): void {
    this.#subscriber?.endSessions(...args)
  }
}
