/** All of the engine's ports in Node, ready to hand over. For programs and tests that run an engine. */
import { WebSocket } from 'ws'
import type { SocketClass } from '../adapters/gateway-socket.ts'
import { createGatewayTransport, type GatewayTransport } from '../adapters/gateway-transport.ts'
import type { Database, FileStore, Log, Ports } from '../ports.ts'
import { createFolderFileStore, createMemoryFileStore } from './file-store.ts'
import { silentLog, systemClock, systemRandom } from './host.ts'
import { keepToken, readToken } from './program-session.ts'
import { openFileDatabase, openMemoryDatabase } from './sqlite-database.ts'

export interface NodePortsOptions {
  /** Such as https://chat.example.org or http://localhost:3000. */
  readonly serverUrl: string
  /** Absent: in memory, gone with the process. */
  readonly databaseFile?: string
  /** A database that is open already, instead of a file. */
  readonly database?: Database
  /** Where large files wait that are to be sent; beside the database file, or else in memory, if absent. */
  readonly files?: FileStore
  readonly log?: Log
}

export interface NodePorts extends Ports {
  readonly transport: GatewayTransport
}

export function createNodePorts({
  serverUrl,
  databaseFile,
  database: open,
  files = databaseFile === undefined
    ? createMemoryFileStore()
    : createFolderFileStore(`${databaseFile}-files`),
  log = silentLog,
}: NodePortsOptions): NodePorts {
  const database =
    open ?? (databaseFile === undefined ? openMemoryDatabase() : openFileDatabase(databaseFile))
  const token = readToken(database)
  const transport = createGatewayTransport({
    baseUrl: serverUrl,
    WebSocket: WebSocket as unknown as SocketClass,
    ...(token === undefined ? {} : { token }),
    onToken: (next) => keepToken(database, next),
  })
  return { database, transport, files, clock: systemClock, random: systemRandom, log, client: 'program' }
}
