/**
 * The gateway (SPEC.md, GW-1 to GW-8): one WebSocket a client, CBOR frames, requests answered by id, events unasked.
 * app.ts starts it on the HTTP server and stops it once the dispatcher has drained.
 */
import { limits, ProtocolError } from '@reforms/protocol'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { openSockets } from '../adapters/metrics.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { toProtocolError } from '../dispatch/wire-error.ts'
import type { Services } from '../ports/call.ts'
import { CLOSE } from './close-code.ts'
import { Connection } from './connection.ts'
import { decodeFrame } from './frame.ts'
import type { Hub } from './hub.ts'
import { KnownActor, type Followed } from './known-actor.ts'
import { Outgoing, type WriteRounds } from './outgoing.ts'
import type { Presence } from './presence.ts'
import { Requests, type FindActor } from './requests.ts'
import type { Rounds } from './rounds.ts'
import {
  GATEWAY_PATH,
  identify,
  refuse,
  SUBPROTOCOL,
  type Identified,
  type UpgradeOptions,
} from './upgrade.ts'

export interface GatewayOptions {
  readonly services: Services
  readonly dispatcher: Dispatcher
  readonly hub: Hub
  readonly followed: Followed
  readonly writeRounds: WriteRounds
  readonly presence: Presence
  readonly rounds: Rounds
  readonly findActor: FindActor
  readonly upgrade: UpgradeOptions
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.FRAME_MAX_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  start(server: Server): void {
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
    this.#options.rounds.start()
  }

  /** Tells every client to reconnect. The dispatcher has drained: nobody gets in any more. */
  stop(): void {
    this.#options.rounds.stop()
    this.#options.presence.stop()
    for (const connection of [...this.#options.hub.connections]) {
      connection.end(CLOSE.RESTART, 'the server restarts')
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      if (request.url?.split('?')[0] !== GATEWAY_PATH) throw new ProtocolError('unknown-operation')
      const identified = await identify(request, this.#options.upgrade)
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        this.#connect(webSocket, new Outgoing(socket, this.#options.writeRounds), identified)
      })
    } catch (error) {
      refuse(socket, toProtocolError(error, this.#options.services.log))
    }
  }

  #connect(socket: WebSocket, outgoing: Outgoing, { identity, actor }: Identified): void {
    const { hub, followed, presence, dispatcher, services, findActor } = this.#options
    const known = new KnownActor(actor, followed)
    const connection = new Connection(socket, outgoing, identity, known)
    const requests = new Requests(dispatcher, services, identity, findActor, known)
    const subscribed = this.#subscribe(connection)
    openSockets.inc()
    connection.listen(
      (bytes) => this.#take(connection, requests, bytes, subscribed),
      () => {
        openSockets.dec()
        presence.remove(identity.userId, identity.socketId)
        hub.remove(connection)
      },
    )
  }

  /** Nothing is answered before this: what a client reads, and what it is told from then on, leaves no gap. */
  async #subscribe(connection: Connection): Promise<void> {
    const { hub, presence } = this.#options
    const { userId, socketId } = connection.identity
    try {
      await hub.add(connection)
      if (hub.has(connection)) presence.add(userId, socketId)
    } catch (error) {
      this.#options.services.log.warn({ err: error }, 'a subscription could not be read')
      connection.end(CLOSE.CATCH_UP, 'catch up')
    }
  }

  async #take(
    connection: Connection,
    requests: Requests,
    bytes: Uint8Array,
    subscribed: Promise<void>,
  ): Promise<void> {
    const frame = decodeFrame(bytes)
    if (!frame) return connection.end(CLOSE.MALFORMED, 'this is not a frame')
    await subscribed
    connection.send(await requests.answer(frame))
  }
}
