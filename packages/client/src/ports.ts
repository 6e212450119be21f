/**
 * What the engine needs from where it runs: each is an interface here and a small adapter elsewhere (browser worker, Node,
 * tests). The engine itself touches no network, disk, clock or randomness of its own.
 */
import type { Input, OperationName, Output, ServerEvent } from '@reforms/protocol'

export type SqlValue = null | number | string | Uint8Array
export type SqlRow = Record<string, SqlValue>

/** A local SQLite database: synchronous, so that one transaction is one uninterrupted step. */
export interface Database {
  /** Runs one or several statements without parameters. */
  exec(sql: string): void
  run(sql: string, parameters?: readonly SqlValue[]): void
  all(sql: string, parameters?: readonly SqlValue[]): SqlRow[]
  /** All or nothing: what `work` throws is thrown again after a rollback. Not nestable. Durable when it returns. */
  transaction<T>(work: () => T): T
  close(): void
}

/** Requests and events. Requests reject with ProtocolError, or with TransportLost while there is no connection. */
export interface Transport {
  /** Over HTTP where `via` says so (sign-in, cookies), else over the gateway when it is open, else over HTTP. */
  call<N extends OperationName>(operation: N, input: Input<N>, via?: 'http'): Promise<Output<N>>
  /** Opens the gateway; closing or losing it is told by `onState('closed')`. Does not reconnect by itself. */
  open(listeners: TransportListeners): void
  close(): void
  upload(blobId: string, offset: number, bytes: Uint8Array | Blob): Promise<void>
  /**
   * All of it, or the bytes from `start` up to `end`. A range is read into `room` where that is large enough, which is detached by
   * it: the answer's own buffer is the room from then on.
   */
  download(blobId: string, range?: ByteRange, room?: ArrayBuffer): Promise<Uint8Array>
}

export interface ByteRange {
  start: number
  /** Not included. */
  end: number
}

/**
 * Encrypted files that are on their way to the server, beside the database: one at a time is written, from its beginning.
 * Rejects with StoreFull where there is no room.
 */
export interface FileStore {
  write(blobId: string, position: number, bytes: Uint8Array): Promise<void>
  /** Resolves once all that was written is on the disk. */
  settle(blobId: string): Promise<void>
  /** Names a part of it, which is sent from the disk without a copy in memory. */
  read(blobId: string, start: number, end: number): Promise<Blob>
  remove(blobId: string): Promise<void>
  list(): Promise<string[]>
}

export class StoreFull extends Error {
  override readonly name = 'StoreFull'
}

export interface TransportListeners {
  onState(state: 'open' | 'closed'): void
  onEvent(event: ServerEvent): void
}

export class TransportLost extends Error {
  override readonly name = 'TransportLost'
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `work` once after `delayMs`; returns a function that cancels it. */
  after(delayMs: number, work: () => void): () => void
}

export type Random = (length: number) => Uint8Array

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
}

export interface Ports {
  database: Database
  transport: Transport
  files: FileStore
  clock: Clock
  random: Random
  log: Log
  /** Browsers get a session cookie, programs a token that their transport keeps. */
  client: 'browser' | 'program'
}
