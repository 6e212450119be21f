/**
 * Who means ill, in a process of their own, so that their work is not counted to anybody else: half-open requests that go on byte by
 * byte, one user who writes without end, members who never read. compare/attack.ts starts it; the next order ends the last.
 */
import { encodeCbor } from '@reforms/protocol'
import { connect, type Socket } from 'node:net'
import type { CrowdPlan, Target } from './client.ts'
import { makeMessageId, nowMicros } from './message-id.ts'
import { frameOf } from './websocket.ts'

export type Attack =
  | { readonly attack: 'loris'; readonly target: Target; readonly sockets: number }
  | { readonly attack: 'flood'; readonly target: Target; readonly crowd: CrowdPlan; readonly person: number }
  | {
      readonly attack: 'deaf'
      readonly target: Target
      readonly crowd: CrowdPlan
      readonly people: readonly number[]
    }
  | { readonly attack: 'none' }

const DRIP_MS = 1000
/** As much as the kernel takes; the rest when it takes more. */
const FLOOD_FRAMES = 64
/** A client that never reads tells the kernel so, and has a small window. */
const DEAF_DELAY_MS = 500

let sockets: Socket[] = []
let timers: NodeJS.Timeout[] = []

function end(): void {
  for (const timer of timers) clearInterval(timer)
  for (const socket of sockets) socket.destroy()
  ;[sockets, timers] = [[], []]
}

function openSocket(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

function upgrade(secret: string): string {
  const lines = ['GET /api/gateway HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade']
  const keys = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  return `${[...lines, ...keys, `Authorization: Bearer ${secret}`].join('\r\n')}\r\n\r\n`
}

/** Every third asks for a page, every third for the gateway, every third sends the body of a request, and none comes to an end. */
function drip({ port }: Target, count: number): void {
  const beginnings = [
    'GET / HTTP/1.1\r\nHost: localhost\r\n',
    'GET /api/gateway HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n',
    'POST /api/session.create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cbor\r\nContent-Length: 4096\r\n\r\n',
  ]
  const slow = Array.from({ length: count }, (_, place) => {
    const socket = openSocket(port)
    socket.write(beginnings[place % beginnings.length]!)
    return { socket, isBody: place % beginnings.length === 2 }
  })
  const next = () => {
    for (const { socket, isBody } of slow) if (socket.writable) socket.write(isBody ? 'a' : 'X-A: b\r\n')
  }
  timers.push(setInterval(next, DRIP_MS))
}

function flood({ port }: Target, crowd: CrowdPlan, place: number): void {
  const person = crowd.people[place]!
  const room = crowd.rooms[person.rooms[0]!]!
  const payload = new Uint8Array(Buffer.from(room.payload, 'base64'))
  const socket = openSocket(port)
  let id = 0
  const frames = () =>
    Array.from({ length: FLOOD_FRAMES }, () => {
      const clientId = makeMessageId(nowMicros())
      const input = { channelId: room.name, clientId, generation: 1, epoch: room.epoch ?? 0, payload }
      return frameOf(encodeCbor({ id: (id += 1), operation: 'log.append', input })).frame
    })
  const write = () => {
    if (socket.destroyed) return
    if (socket.write(Buffer.concat(frames()))) setImmediate(write)
    else socket.once('drain', write)
  }
  socket.write(upgrade(person.secret))
  socket.resume()
  socket.once('data', write)
}

function beDeaf({ port }: Target, crowd: CrowdPlan, people: readonly number[]): void {
  for (const place of people) {
    const socket = openSocket(port)
    socket.write(upgrade(crowd.people[place]!.secret))
    timers.push(setTimeout(() => socket.pause(), DEAF_DELAY_MS))
    socket.resume()
  }
}

function obey(order: Attack): void {
  end()
  if (order.attack === 'loris') drip(order.target, order.sockets)
  if (order.attack === 'flood') flood(order.target, order.crowd, order.person)
  if (order.attack === 'deaf') beDeaf(order.target, order.crowd, order.people)
  process.send!({ open: sockets.filter(({ destroyed }) => !destroyed).length })
}

process.on('message', obey)
process.on('disconnect', () => process.exit())
