/** Devices of one user without a server, whose vault is this process: what one of them wrote, another takes in. For tests only. */
import { uuidV7, type DeviceId } from '@reforms/protocol'
import {
  createMemoryFileStore,
  openMemoryDatabase,
  silentLog,
  systemClock,
  systemRandom,
} from '../../node/index.ts'
import type { Transport } from '../../ports.ts'
import { Context, type OwnKeys } from '../context.ts'
import { prepareDatabase } from '../database-schema.ts'
import { takePersonal } from './keeping.ts'

export interface OwnDevice extends Context {
  readonly at: { now: number }
}

export function ownDevice(now = 1000): OwnDevice {
  const database = openMemoryDatabase()
  prepareDatabase(database)
  const at = { now }
  const clock = { ...systemClock, now: () => at.now }
  const context = new Context({
    ...{ database, clock, random: systemRandom, log: silentLog, client: 'program' },
    files: createMemoryFileStore(),
    transport: {} as Transport,
  })
  context.keys = { deviceId: uuidV7(now, systemRandom(10)) as DeviceId } as OwnKeys
  return Object.assign(context, { at })
}

/** What waits to be written, as the vault would hand it on. */
export function written(device: Context): { name: string; content: Uint8Array }[] {
  return device.database
    .all('SELECT name, content FROM vault_change ORDER BY name')
    .map((row) => ({ name: row['name'] as string, content: row['content'] as Uint8Array }))
}

/** Both were apart, and meet: each takes in what the other wrote, until nothing is left to tell. */
export function meet(one: Context, other: Context): void {
  const [mine, theirs] = [written(one), written(other)]
  for (const { name, content } of theirs) one.database.transaction(() => takePersonal(one, name, content))
  for (const { name, content } of mine) other.database.transaction(() => takePersonal(other, name, content))
  for (const { name, content } of written(one))
    other.database.transaction(() => takePersonal(other, name, content))
}
