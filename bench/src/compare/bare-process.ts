/**
 * The bare fan-out: what Node and `ws` cost by themselves. A message of four bytes puts its sender into that room and is sent
 * back; any longer one goes to all in the room that its first four bytes name. Nothing is checked, and nothing is stored.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

const ROOM_BYTES = 4
const rooms = new Map<number, Set<WebSocket>>()

function join(room: number, socket: WebSocket): void {
  const members = rooms.get(room) ?? new Set()
  rooms.set(room, members.add(socket))
  socket.once('close', () => members.delete(socket))
}

const server = createServer()
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const room = data.readUInt32BE(0)
    if (data.length > ROOM_BYTES) {
      for (const member of rooms.get(room) ?? []) member.send(data, { binary: true })
      return
    }
    join(room, socket)
    socket.send(data, { binary: true })
  })
})
/** Absent: any that is free. */
const port = Number(process.argv[2] ?? 0)
server.listen(port, '127.0.0.1', 4096, () => process.send!((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
