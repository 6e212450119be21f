/** All of the engine's ports in a browser's worker. */
import type { Clock, Log, Ports } from '@reforms/client'
import { createGatewayTransport } from '@reforms/client/adapters'
import { openEncryptedDatabase } from './encrypted-database.ts'
import { createPrivateFileStore } from './file-store.ts'

const PROFILE = 'default'

const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

const log: Log = {
  info: (message, facts) => console.info(message, facts ?? ''),
  warn: (message, facts) => console.warn(message, facts ?? ''),
}

export async function openBrowserPorts(): Promise<Ports> {
  return {
    database: await openEncryptedDatabase(PROFILE),
    transport: createGatewayTransport({ baseUrl: self.location.origin }),
    files: createPrivateFileStore(PROFILE),
    clock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log,
    client: 'browser',
  }
}
