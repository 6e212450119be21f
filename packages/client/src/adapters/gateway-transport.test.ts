/** The transport against a server that answers as the test says: what is sent where, and what every failure becomes. */
import { decodeCbor, encodeCbor, ProtocolError } from '@reforms/protocol'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { TransportLost, type TransportListeners } from '../ports.ts'
import type { SocketClass } from './gateway-socket.ts'
import { createGatewayTransport } from './gateway-transport.ts'

const CHANNEL = '018f0000-0000-7000-8000-000000000001' as never

interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: Buffer
}

let server: Server
let sockets: WebSocketServer
let seen: Seen[]
let answer: (response: ServerResponse) => void
let onFrame: (frame: { id: number; operation: string; input: unknown }, socket: WebSocket) => void
let upgradeHeaders: IncomingMessage['headers']

function cbor(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/cbor' }).end(encodeCbor(value))
}

beforeEach(async () => {
  seen = []
  server = createServer((request, response) => {
    const { method, url, headers } = request
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      seen.push({ method, url, headers, body: Buffer.concat(parts) })
      answer(response)
    })
  })
  sockets = new WebSocketServer({ server, path: '/api/gateway' })
  sockets.on('connection', (socket, request) => {
    upgradeHeaders = request.headers
    socket.on('message', (data) => onFrame(decodeCbor(new Uint8Array(data as Buffer)) as never, socket))
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
})

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function transport(options: { token?: string; onToken?: (token: string | undefined) => void } = {}) {
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`
  return createGatewayTransport({ baseUrl, WebSocket: WebSocket as unknown as SocketClass, ...options })
}

/** Opens the gateway, and notes what it tells. */
async function opened(made: ReturnType<typeof transport>) {
  const told: string[] = []
  let note = (): void => undefined
  const until = (wanted: string) =>
    new Promise<void>((resolve) => {
      note = () => told.includes(wanted) && resolve()
      note()
    })
  const listeners: TransportListeners = {
    onState: (state) => (told.push(state), note()),
    onEvent: (event) => (told.push(event.type), note()),
  }
  made.open(listeners)
  await until('open')
  return { told, until }
}

test('OP-5: an input goes into the path, and then into the body or the query', async () => {
  answer = (response) => cbor(response, 200, {})
  const made = transport()
  await made.call('channel.update', { channelId: CHANNEL, archived: true, name: undefined } as never)
  await made.call('log.read', { channelId: CHANNEL, after: 7, head: new Uint8Array(32).fill(255), limit: 10 })
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `PATCH /api/channels/${CHANNEL}`,
    `GET /api/channels/${CHANNEL}/log?after=7&head=${'_'.repeat(42)}8&limit=10`,
  ])
  expect(decodeCbor(new Uint8Array(seen[0]!.body))).toEqual({ archived: true })
  expect(seen[0]!.headers['content-type']).toBe('application/cbor')
})

test('ERR-1: an error of the server is a ProtocolError, with its code, its words and its facts', async () => {
  answer = (response) =>
    cbor(response, 409, { code: 'stale-epoch', message: 'move on', detail: { epoch: 4 } })
  const problem = await transport()
    .call('session.read', {})
    .catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(ProtocolError)
  expect(problem).toMatchObject({ code: 'stale-epoch', message: 'move on', detail: { epoch: 4 } })
})

test('what no server of ours says is a lost connection, or an internal error', async () => {
  answer = (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
  await expect(transport().call('session.read', {})).rejects.toBeInstanceOf(TransportLost)
  answer = (response) => response.writeHead(418).end('a teapot')
  await expect(transport().call('session.read', {})).rejects.toMatchObject({ code: 'internal' })
  answer = (response) => cbor(response, 400, { code: 'of-next-year', message: 'new' })
  await expect(transport().call('session.read', {})).rejects.toMatchObject({
    code: 'internal',
    message: 'new',
  })
  answer = (response) => response.destroy()
  await expect(transport().call('session.read', {})).rejects.toBeInstanceOf(TransportLost)
  answer = (response) =>
    response.writeHead(200, { 'content-type': 'application/cbor' }).end(Buffer.from([0xff]))
  await expect(transport().call('session.read', {})).rejects.toMatchObject({ code: 'internal' })
})

test('SES-2: a program keeps its token from sign-in to sign-out, and sends it on both ways', async () => {
  const told: (string | undefined)[] = []
  const made = transport({ onToken: (token) => told.push(token) })
  answer = (response) => cbor(response, 200, { token: 'a-token' })
  await made.call('session.open', { userName: 'ana', password: 'p', client: 'program' }, 'http')
  answer = (response) => cbor(response, 200, {})
  await made.call('session.read', {}, 'http')
  await opened(made)
  expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer a-token'])
  expect(upgradeHeaders.authorization).toBe('Bearer a-token')
  await made.call('session.close', {}, 'http')
  expect(told).toEqual(['a-token', undefined])
  expect(made.token()).toBeUndefined()
})

test('GW-2: requests go over the gateway while it is open, are answered in any order, and events come between', async () => {
  const held: number[] = []
  onFrame = ({ id, operation, input }, socket) => {
    if (operation === 'session.read') return void held.push(id)
    socket.send(encodeCbor({ event: { type: 'settings' } }))
    socket.send(encodeCbor({ id, output: input }))
    for (const late of held)
      socket.send(encodeCbor({ id: late, error: { code: 'forbidden', message: 'no' } }))
  }
  const made = transport()
  const { until } = await opened(made)
  const refused = made.call('session.read', {}).catch((error: unknown) => error)
  await expect(made.call('typing.send', { channelId: CHANNEL })).resolves.toEqual({ channelId: CHANNEL })
  expect(await refused).toMatchObject({ code: 'forbidden' })
  await until('settings')
  expect(seen).toEqual([])
  answer = (response) => cbor(response, 200, { name: 'open to the world' })
  await made.call('server.read', {})
  expect(seen.map(({ url }) => url)).toEqual(['/api/server'])
})

test('a connection that is lost, or says what cannot be understood, is told once, and who waits is refused', async () => {
  for (const end of [
    (socket: WebSocket) => socket.terminate(),
    (socket: WebSocket) => socket.send(Buffer.from([0xff])),
  ]) {
    onFrame = (_frame, socket) => end(socket)
    const made = transport()
    const { told, until } = await opened(made)
    await expect(made.call('session.read', {})).rejects.toBeInstanceOf(TransportLost)
    await until('closed')
    await expect(made.call('typing.send', { channelId: CHANNEL })).rejects.toBeInstanceOf(TransportLost)
    made.close()
    expect(told).toEqual(['open', 'closed'])
  }
})

test('a file is sent from an offset on and read whole or in a range', async () => {
  const made = transport({ token: 'a-token' })
  answer = (response) => response.writeHead(204).end()
  await made.upload('a', 5, Uint8Array.of(1, 2, 3))
  expect(seen[0]).toMatchObject({ method: 'PATCH', url: '/api/blobs/a' })
  expect(seen[0]!.headers).toMatchObject({
    'upload-offset': '5',
    'tus-resumable': '1.0.0',
    'content-type': 'application/offset+octet-stream',
    authorization: 'Bearer a-token',
  })
  expect([...seen[0]!.body]).toEqual([1, 2, 3])
  await made.upload('a', 8, new Blob([Uint8Array.of(4, 5)], { type: 'text/html' }))
  expect(seen[1]!.headers).toMatchObject({
    'content-length': '2',
    'content-type': 'application/offset+octet-stream',
  })
  expect([...seen[1]!.body]).toEqual([4, 5])
  answer = (response) =>
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.alloc(200_000, 9))
  expect(await made.download('a')).toEqual(new Uint8Array(200_000).fill(9))
  answer = (response) => response.writeHead(206).end(Buffer.alloc(10, 9))
  expect(await made.download('a', { start: 5, end: 15 })).toHaveLength(10)
  expect(seen.at(-1)!.headers['range']).toBe('bytes=5-14')
  await expect(made.download('a', { start: 5, end: 9 })).rejects.toMatchObject({ code: 'too-large' })
})

test('ranges are read into the room that they are given, one after the other', async () => {
  const made = transport()
  let room = new ArrayBuffer(200_001)
  for (const [filling, length] of [
    [7, 200_000],
    [8, 3],
  ] as const) {
    answer = (response) => response.writeHead(206).end(Buffer.alloc(length, filling))
    const bytes = await made.download('a', { start: 0, end: length }, room)
    expect(bytes).toEqual(new Uint8Array(length).fill(filling))
    expect([room.byteLength, bytes.buffer.byteLength]).toEqual([0, 200_001])
    room = bytes.buffer as ArrayBuffer
  }
  // What there is no room for is read beside it.
  answer = (response) => response.writeHead(206).end(Buffer.alloc(300_000, 9))
  expect(await made.download('a', { start: 0, end: 300_000 }, room)).toHaveLength(300_000)
  expect(room.byteLength).toBe(200_001)
  await expect(made.download('a', { start: 0, end: 4 }, room)).rejects.toMatchObject({ code: 'too-large' })
})

test('a range whose connection ends in the middle is lost', async () => {
  answer = (response) => {
    response.writeHead(206, { 'content-length': '1000' }).write(Buffer.alloc(10))
    setTimeout(() => response.destroy(), 20)
  }
  const lost = transport().download('a', { start: 0, end: 1000 }, new ArrayBuffer(1001))
  await expect(lost).rejects.toBeInstanceOf(TransportLost)
})
