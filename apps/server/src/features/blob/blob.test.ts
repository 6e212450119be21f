import type { BlobId, ChannelId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, stat, utimes, writeFile } from 'node:fs/promises'
import { request, type ClientRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sql, TransactionSql } from 'postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'
import { addTestChannel, letWaitForRemoval } from '../testing.ts'
import { claimNames, sweeper } from './sweep.ts'

const MIB = 1024 * 1024
const DAY_MS = 24 * 60 * 60 * 1000

let server: TestServer
let origin: string
let ada: TestPerson
let bob: TestPerson
let channelId: ChannelId

const userOf = ({ userId, device }: TestPerson) => ({ userId, deviceId: device.deviceId })

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  bob = await server.member(ada, 'bob')
  channelId = await addTestChannel(server.sql, [userOf(ada), userOf(bob)])
  await server.app.fastify.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(server.app.fastify.server.address() as AddressInfo).port}`
})
afterAll(() => server.stop())

async function announce(size: number): Promise<BlobId> {
  const blobId = newId<BlobId>()
  expect(await server.call('blob.create', { blobId, channelId, size }, ada)).toEqual({ offset: 0 })
  return blobId
}

function headersOf(person: TestPerson, more: Record<string, string> = {}): Record<string, string> {
  return { authorization: `Bearer ${person.token}`, ...more }
}

function patchHeaders(offset: number, person = ada) {
  const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' }
  return headersOf(person, { ...tus, 'upload-offset': String(offset) })
}

function patch(
  blobId: BlobId,
  offset: number,
  body: Uint8Array<ArrayBuffer>,
  headers = patchHeaders(offset),
) {
  return fetch(`${origin}/api/blobs/${blobId}`, { method: 'PATCH', headers, body })
}

function get(blobId: BlobId, person: TestPerson, headers: Record<string, string> = {}) {
  return fetch(`${origin}/api/blobs/${blobId}`, { headers: headersOf(person, headers) })
}

async function offsetOf(blobId: BlobId, person = ada): Promise<string | null> {
  const headers = headersOf(person, { 'tus-resumable': '1.0.0' })
  const answer = await fetch(`${origin}/api/blobs/${blobId}`, { method: 'HEAD', headers })
  return answer.status === 200 ? answer.headers.get('upload-offset') : null
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { code: string }).code
}

async function upload(size: number): Promise<{ blobId: BlobId; bytes: Uint8Array<ArrayBuffer> }> {
  const [blobId, bytes] = [await announce(size), new Uint8Array(randomBytes(size))]
  expect((await patch(blobId, 0, bytes)).status).toBe(204)
  return { blobId, bytes }
}

const pathOf = (blobId: string) => join(server.app.services.blobFolder, blobId.slice(-2), blobId)

/** A request whose body is left unfinished, as over a line that was cut. */
async function startPatch(blobId: BlobId, offset: number, bytes: Uint8Array): Promise<ClientRequest> {
  const begun = request(`${origin}/api/blobs/${blobId}`, { method: 'PATCH', headers: patchHeaders(offset) })
  begun.on('error', () => undefined)
  begun.write(bytes)
  await once(begun, 'socket')
  const sizeNow = () => stat(pathOf(blobId)).then(({ size }) => size)
  await expect.poll(sizeNow, { timeout: 10_000 }).toBeGreaterThanOrEqual(offset + bytes.length)
  return begun
}

test('BLB-1, BLB-2: a member uploads a file in parts, and another member reads it', async () => {
  const bytes = new Uint8Array(randomBytes(9 * MIB))
  const blobId = await announce(bytes.length)
  const first = await patch(blobId, 0, bytes.slice(0, 5 * MIB))
  expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(5 * MIB)])
  expect(first.headers.get('tus-resumable')).toBe('1.0.0')
  expect(await offsetOf(blobId)).toBe(String(5 * MIB))
  expect((await get(blobId, bob)).status).toBe(404)
  expect((await patch(blobId, 5 * MIB, bytes.slice(5 * MIB))).status).toBe(204)
  const read = await get(blobId, bob)
  expect(read.status).toBe(200)
  expect(Buffer.compare(new Uint8Array(await read.arrayBuffer()), bytes)).toBe(0)
})

test('BLB-3: an upload that broke off goes on where it stopped', async () => {
  const bytes = new Uint8Array(randomBytes(MIB))
  const blobId = await announce(bytes.length)
  const cut = await startPatch(blobId, 0, bytes.subarray(0, 300_000))
  cut.destroy()
  await expect.poll(() => offsetOf(blobId)).toBe('300000')
  const again = await server.call('blob.create', { blobId, channelId, size: bytes.length }, ada)
  expect(again).toEqual({ offset: 300_000 })
  expect((await patch(blobId, 300_000, bytes.slice(300_000))).status).toBe(204)
  expect(Buffer.compare(new Uint8Array(await (await get(blobId, ada)).arrayBuffer()), bytes)).toBe(0)
})

test('BLB-3: whoever comes back takes over from a request that hangs, and nothing of it is lost', async () => {
  const bytes = new Uint8Array(randomBytes(MIB))
  const blobId = await announce(bytes.length)
  await startPatch(blobId, 0, bytes.subarray(0, 200_000))
  expect(await offsetOf(blobId)).toBe('200000')
  await startPatch(blobId, 200_000, bytes.subarray(200_000, 500_000))
  const { offset } = await server.call('blob.create', { blobId, channelId, size: bytes.length }, ada)
  expect(offset).toBe(500_000)
  const hanging = await startPatch(blobId, 500_000, bytes.subarray(500_000, 600_000))
  const late = await patch(blobId, 500_000, bytes.slice(500_000))
  expect([late.status, await codeOf(late)]).toEqual([409, 'upload-offset'])
  expect((await patch(blobId, 600_000, bytes.slice(600_000))).status).toBe(204)
  expect(Buffer.compare(new Uint8Array(await (await get(blobId, ada)).arrayBuffer()), bytes)).toBe(0)
  hanging.destroy()
})

test('BLB-3: of many who send the same part at once, the bytes stay whole', async () => {
  const bytes = new Uint8Array(randomBytes(2 * MIB))
  const blobId = await announce(bytes.length)
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => patch(blobId, 0, bytes)))
  expect(answers).toHaveLength(6)
  for (let offset = Number(await offsetOf(blobId)); offset < bytes.length;) {
    expect((await patch(blobId, offset, bytes.slice(offset))).status).toBe(204)
    offset = Number(await offsetOf(blobId))
  }
  expect(Buffer.compare(new Uint8Array(await (await get(blobId, ada)).arrayBuffer()), bytes)).toBe(0)
})

test('BLB-3: what does not fit tus is refused, and nothing of it is kept', async () => {
  const blobId = await announce(100)
  const body = new Uint8Array(10)
  const wrongPlace = await patch(blobId, 5, body)
  expect(wrongPlace.status).toBe(409)
  expect(await wrongPlace.json()).toMatchObject({ code: 'upload-offset', detail: { offset: 0 } })
  const json = await patch(blobId, 0, body, {
    ...patchHeaders(0),
    'content-type': 'application/octet-stream',
  })
  expect(await codeOf(json)).toBe('unsupported-media-type')
  const noNumber = await patch(blobId, 0, body, { ...patchHeaders(0), 'upload-offset': '1e1' })
  expect(await codeOf(noNumber)).toBe('invalid-input')
  const otherVersion = await patch(blobId, 0, body, { ...patchHeaders(0), 'tus-resumable': '0.2.2' })
  expect([otherVersion.status, otherVersion.headers.get('tus-version')]).toEqual([412, '1.0.0'])
  expect(await offsetOf(blobId)).toBe('0')
})

test('BLB-1: a blob takes exactly the announced bytes, told or not told beforehand', async () => {
  const blobId = await announce(1000)
  const told = await patch(blobId, 0, new Uint8Array(1001))
  expect([told.status, await codeOf(told)]).toEqual([413, 'too-large'])
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(900))
      controller.enqueue(new Uint8Array(900))
      controller.close()
    },
  })
  const init = { method: 'PATCH', headers: patchHeaders(0), body, duplex: 'half' }
  const untold = await fetch(`${origin}/api/blobs/${blobId}`, init as RequestInit)
  expect([untold.status, await codeOf(untold)]).toEqual([413, 'too-large'])
  expect(Number(await offsetOf(blobId))).toBeLessThanOrEqual(1000)
})

test('BLB-2: who is no member, or waits to be removed, has nothing to do with a blob', async () => {
  const { blobId } = await upload(100)
  const eve = await server.member(ada, 'eve')
  await addTestChannel(server.sql, [userOf(eve), userOf(ada)])
  expect((await get(blobId, eve)).status).toBe(404)
  expect(await server.codeOf('blob.create', { blobId: newId(), channelId, size: 1 }, eve)).not.toBe('done')
  await letWaitForRemoval(server.sql, channelId, userOf(bob))
  expect((await get(blobId, bob)).status).toBe(404)
  await server.sql`delete from channel_waiting where channel_id = ${channelId}`
  expect((await get(blobId, bob)).status).toBe(200)
  expect((await fetch(`${origin}/api/blobs/${blobId}`)).status).toBe(401)
})

test('an upload is its owner’s alone', async () => {
  const blobId = await announce(100)
  expect(await offsetOf(blobId, bob)).toBe(null)
  const body = new Uint8Array(100)
  expect((await patch(blobId, 0, body, patchHeaders(0, bob))).status).toBe(404)
  expect(await server.codeOf('blob.create', { blobId, channelId, size: 100 }, bob)).toBe('already-exists')
  expect(await server.codeOf('blob.create', { blobId, channelId, size: 101 }, ada)).toBe('already-exists')
})

test('BLB-2: an upload ends with its owner’s place in the channel, whatever other channels they are in', async () => {
  const blobId = await announce(100)
  await addTestChannel(server.sql, [userOf(ada)])
  await letWaitForRemoval(server.sql, channelId, userOf(ada))
  expect(await offsetOf(blobId)).toBe(null)
  expect((await patch(blobId, 0, new Uint8Array(100))).status).toBe(404)
  await server.sql`delete from channel_waiting where channel_id = ${channelId}`
  expect(await offsetOf(blobId)).toBe('0')
})

test('BLB-4: a range of a blob is read alone', async () => {
  const { blobId, bytes } = await upload(1000)
  const cases: [string, number, number][] = [
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=990-', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=500-5000', 500, 1000],
  ]
  for (const [range, start, end] of cases) {
    const answer = await get(blobId, bob, { range })
    expect([range, answer.status]).toEqual([range, 206])
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`)
    expect(answer.headers.get('content-length')).toBe(String(end - start))
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes.slice(start, end))
  }
  const beyond = await get(blobId, bob, { range: 'bytes=1000-' })
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000'])
  const several = await get(blobId, bob, { range: 'bytes=0-1,5-6' })
  expect([several.status, (await several.arrayBuffer()).byteLength]).toEqual([200, 1000])
})

test('BLB-5: a blob is an attachment that no browser shows, runs or keeps', async () => {
  const { blobId } = await upload(10)
  const { headers } = await get(blobId, bob)
  expect(headers.get('content-type')).toBe('application/octet-stream')
  expect(headers.get('content-disposition')).toBe('attachment')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('content-security-policy')).toContain('sandbox')
})

test('BLB-6: an upload that stood still for a day makes room for others', async () => {
  const eve = await server.member(ada, 'eva')
  await server.sql`
    insert into channel_leaf (channel_id, device_id, user_id, leaf_index, identity_key, signature_key, since_seq)
    values (${channelId}, ${eve.device.deviceId}, ${eve.userId}, 9, ${randomBytes(32)}, ${randomBytes(32)}, 1)`
  const announcing = () => server.codeOf('blob.create', { blobId: newId(), channelId, size: 10 }, eve)
  for (let i = 0; i < 50; i += 1) expect(await announcing()).toBe('done')
  expect(await announcing()).toBe('too-many')
  server.clock.now += DAY_MS + 1
  expect(await announcing()).toBe('done')
  const [{ count } = { count: 0 }] = await server.sql<{ count: number }[]>`
    select count(*)::int as count from blob where user_id = ${eve.userId}`
  expect(count).toBe(1)
})

async function leaveFile(blobId: string = newId()): Promise<string> {
  const path = pathOf(blobId)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, randomBytes(50))
  await utimes(path, new Date(0), new Date(0))
  return path
}

/** By a server that has just started: it knows only what is on the disk. */
async function sweepAfter(ms: number): Promise<void> {
  server.clock.now += ms
  await sweeper(server.app.services)()
}

const insertBlob = (sql: Sql | TransactionSql, blobId: BlobId) => sql`
  insert into blob (blob_id, channel_id, user_id, size, created_at)
  values (${blobId}, ${channelId}, ${ada.userId}, 50, ${server.clock.now})`

test('BLB-7: a file that no blob claims is removed a day after that was first seen, over starts, however old it is', async () => {
  const { blobId, bytes } = await upload(1000)
  await leaveFile('not-a-blob')
  const left = await leaveFile()
  const kept = pathOf(blobId)
  await utimes(kept, new Date(0), new Date(0))
  server.clock.now += DAY_MS
  await server.app.tidy()
  expect(existsSync(left)).toBe(true)
  await sweepAfter(DAY_MS - 1)
  const later = await leaveFile()
  expect(existsSync(left)).toBe(true)
  await sweepAfter(1)
  expect([left, later, kept].map(existsSync)).toEqual([false, true, true])
  expect(existsSync(join(server.app.services.blobFolder, 'ob', 'not-a-blob'))).toBe(true)
  expect(Buffer.compare(new Uint8Array(await (await get(blobId, ada)).arrayBuffer()), bytes)).toBe(0)
  await sweepAfter(DAY_MS)
  expect(existsSync(later)).toBe(false)
})

test('BLB-7: what was claimed in between has another day', async () => {
  const blobId = newId<BlobId>()
  const path = await leaveFile(blobId)
  await sweepAfter(0)
  await insertBlob(server.sql, blobId)
  await sweepAfter(DAY_MS)
  await server.sql`delete from blob where blob_id = ${blobId}`
  await sweepAfter(DAY_MS)
  expect(existsSync(path)).toBe(true)
  await sweepAfter(DAY_MS)
  expect(existsSync(path)).toBe(false)
})

test('BLB-7: beside an empty database, or one that lacks most files, none is removed, and the log says so', async () => {
  const warn = vi.spyOn(server.app.services.log, 'warn')
  const left = [await leaveFile(), await leaveFile()]
  await sweepAfter(0)
  await server.sql`create table put_aside as select * from blob`
  await server.sql`delete from blob`
  for (let times = 0; times < 3; times += 1) await sweepAfter(DAY_MS)
  expect(left.every(existsSync)).toBe(true)
  expect(warn.mock.lastCall?.[1]).toContain('None of them is removed')
  await insertBlob(server.sql, newId<BlobId>())
  for (let times = 0; times < 2; times += 1) await sweepAfter(DAY_MS)
  await server.sql`insert into blob select * from put_aside`
  await server.sql`drop table put_aside`
  // The day begins once the database is known to be the right one.
  await sweepAfter(DAY_MS)
  expect(left.every(existsSync)).toBe(true)
  await sweepAfter(DAY_MS)
  expect(left.some(existsSync)).toBe(false)
})

test('BLB-7: a blob that is announced while files are removed keeps its file', async () => {
  const blobId = newId<BlobId>()
  const path = await leaveFile(blobId)
  await sweepAfter(0)
  let swept: Promise<void> | undefined
  await server.sql.begin(async (transaction) => {
    await claimNames(transaction)
    await insertBlob(transaction, blobId)
    swept = sweepAfter(DAY_MS)
    await pause(300)
  })
  await swept
  expect(existsSync(path)).toBe(true)
})
