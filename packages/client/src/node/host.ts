/** Clock, randomness and log as Node has them. For hosts in Node. */
import { randomBytes } from 'node:crypto'
import type { Clock, Log, Random } from '../ports.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

/** A plain Uint8Array of its own memory, not one of Node's pooled Buffers. */
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length))

export const silentLog: Log = { info: () => undefined, warn: () => undefined }

/** One JSON line a message, to standard error, so that standard output stays the program's own. */
export const errorStreamLog: Log = {
  info: (message, facts) => writeLine('info', message, facts),
  warn: (message, facts) => writeLine('warn', message, facts),
}

function writeLine(level: string, message: string, facts?: Record<string, unknown>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`)
}
