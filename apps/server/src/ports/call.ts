/**
 * What a handler gets besides its input, and how features present themselves to the dispatcher. Every operation of the
 * table has exactly one handler; `can()` has been asked before it runs.
 */
import type { Input, OperationName, Output, Role, ServerEvent, Settings } from '@reforms/protocol'
import type { ChannelId, DeviceId, SessionId, UserId } from '@reforms/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Sql, TransactionSql } from 'postgres'
import type { GroupFollower } from './group-follower.ts'
import type { ServerLimits } from './limits.ts'

/** Who calls: the session's user, and its device once bound. */
export interface Actor {
  readonly userId: UserId
  readonly role: Role
  readonly sessionId: SessionId
  readonly deviceId: DeviceId | undefined
}

/** Fan-out to sockets, after the commit only. In one process from memory; between processes through Redis. */
export interface Bus {
  /** To the bound sockets of every member of a channel, as the roster stands. */
  toChannel(channelId: ChannelId, event: ServerEvent): void
  toUsers(userIds: readonly UserId[], event: ServerEvent): void
  toDevice(deviceId: DeviceId, event: ServerEvent): void
  toEveryone(event: ServerEvent): void
  /** The roster of a channel has changed: sockets' subscriptions follow. */
  rosterChanged(channelId: ChannelId): void
  /** Ends sockets of these sessions at once, with the reason. */
  endSessions(sessionIds: readonly SessionId[], reason: 'ended' | 'removed' | 'inactive'): void
}

export interface AuditNote {
  readonly action: string
  readonly subject?: string
  readonly detail?: Record<string, unknown>
  /** Absent where the server itself or the command line acts. */
  readonly actor?: UserId
}

export interface Services {
  readonly sql: Sql
  readonly bus: Bus
  readonly groups: GroupFollower
  readonly log: FastifyBaseLogger
  readonly clock: () => number
  readonly random: (length: number) => Uint8Array
  /** The organisation's settings, read through a cache that follows changes. */
  readonly settings: () => Promise<Settings>
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string
  /** Folder for encrypted blobs. */
  readonly blobFolder: string
  /** Limits that differ from the defaults of limits.ts. */
  readonly limits?: Partial<ServerLimits>
  /** Writes an audit record in the same transaction as the change that it records. */
  readonly audit: (transaction: TransactionSql, note: AuditNote) => Promise<void>
}

/**
 * Only in operations whose transport is `bytes`: the request's headers and its body as a stream, and the answer. A
 * handler that does not call `respond` answers 204 without a body.
 */
export interface BytesExchange {
  readonly headers: IncomingHttpHeaders
  /** Not buffered and not capped: the handler counts. Empty where the method has no body. */
  readonly body: Readable
  respond(status: number, headers: Readonly<Record<string, string>>, body?: Readable | Uint8Array): void
}

export interface Call {
  readonly services: Services
  /** Undefined only in operations whose permission is `open`. */
  readonly actor: Actor | undefined
  /** Address of the caller, behind trusted proxies. */
  readonly address: string
  /** Over HTTP only: sets or clears the session cookie of the answer. */
  readonly setSessionCookie?: (token: string | undefined) => void
  /** Over the gateway only: the socket that calls. */
  readonly socketId?: string
  /** Over HTTP only, in operations whose transport is `bytes`. */
  readonly exchange?: BytesExchange
}

export type Handler<N extends OperationName> = (input: Input<N>, call: Call) => Promise<Output<N>>
export type Handlers = { readonly [N in OperationName]: Handler<N> }
