/** Files of any size: up in pieces, whatever dies on the way; down in ranges; limits; erasing. */
import { createMemoryFileStore, openMemoryDatabase } from '@reforms/client/node'
import type { Transport } from '@reforms/client'
import { ProtocolError, type ChannelId, type ClientId, type UserId } from '@reforms/protocol'
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

const MIB = 1024 * 1024
/** More than one piece, however fast it goes. */
const FILE_BYTES = 9 * MIB + 12_345
const ARRIVES_MS = 30_000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let channelId: ChannelId
const anaKeeps = { database: openMemoryDatabase(), files: createMemoryFileStore() }
/** Where the pieces of Ana's uploads begin, and what happens after each. */
let pieces: number[] = []
let afterPiece: (() => Promise<void>) | undefined
/** Of this channel Ana’s device is out for a moment, as while a new generation begins. */
let closed: ChannelId | undefined

const between = (transport: Transport): Transport => ({
  call: (operation, input, via) => {
    if (operation === 'blob.create' && closed === (input as { channelId: ChannelId }).channelId)
      return Promise.reject(new ProtocolError('forbidden'))
    return transport.call(operation, input, via)
  },
  open: (listeners) => transport.open(listeners),
  close: () => transport.close(),
  download: (blobId, range) => transport.download(blobId, range),
  upload: async (blobId, offset, bytes) => {
    pieces.push(offset)
    await transport.upload(blobId, offset, bytes)
    await afterPiece?.()
  },
})

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register({ ...options, ...anaKeeps, between }, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  const benId: UserId = await ben.me()
  channelId = await ana.createChannel('Recordings', 'private', [benId])
  await ben.isIn(channelId)
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function send(text: string, size = FILE_BYTES): Promise<{ clientId: ClientId; bytes: Uint8Array }> {
  pieces = []
  const bytes = new Uint8Array(randomBytes(size))
  const file = { name: 'scan.bin', mediaType: 'application/octet-stream', bytes: new Blob([bytes]) }
  const { clientId } = await ana.do('message.send', { channelId, text, files: [file] })
  return { clientId, bytes }
}

async function received(text: string) {
  const item = await ben.hears(channelId, text)
  return item.kind === 'message' ? item.files[0]! : expect.fail('no message')
}

async function readInRanges(
  blobId: string,
  size: number,
  { reader, rangeBytes } = { reader: 'whole', rangeBytes: 4 * MIB },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let start = 0; start < size; start += rangeBytes) {
    const end = Math.min(size, start + rangeBytes)
    const { bytes } = await ben.do('file.range', { channelId, blobId, start, end, reader })
    parts.push(bytes)
  }
  return new Uint8Array(Buffer.concat(parts))
}

const sending = (clientId: ClientId) =>
  ana
    .until('timeline', { channelId, limit: 50 }, () => true)
    .then(({ items }) => items.find(({ key }) => key === clientId))

describe('a large file', () => {
  it('BLB-3, BLB-4: goes up in pieces and on after the server was killed; what is said meanwhile passes it', async () => {
    afterPiece = async () => {
      if (pieces.length !== 2) return
      await ana.say(channelId, 'Said while it goes up')
      await ben.hears(channelId, 'Said while it goes up')
      await server.kill9()
      await server.start()
    }
    const { bytes } = await send('After a crash of the server')
    const file = await received('After a crash of the server')
    expect(file).toMatchObject({ name: 'scan.bin', size: FILE_BYTES })
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.filter((offset) => offset === 0)).toHaveLength(1)
    expect(hashOf(await readInRanges(file.blobId, file.size))).toBe(hashOf(bytes))
    const texts = await ben.texts(channelId)
    expect(texts.indexOf('Said while it goes up')).toBeLessThan(texts.indexOf('After a crash of the server'))
    expect(await anaKeeps.files.list()).toEqual([])
  })

  it('FIL-6: goes on where it stopped after the program was ended in the middle', async () => {
    afterPiece = () => new Promise(() => undefined)
    const { bytes } = await send('After a crash of the program')
    await expect.poll(() => pieces.length).toBe(1)
    // A program that hangs in a request stops as little as one that is killed.
    void ana.leave()
    pieces = []
    afterPiece = undefined
    ana = await TestPerson.open({ serverUrl: server.url, ...anaKeeps, between })
    const file = await received('After a crash of the program')
    expect(pieces[0]).toBeGreaterThan(0)
    expect(hashOf(await readInRanges(file.blobId, file.size))).toBe(hashOf(bytes))
  })

  it('FIL-3: a range of it opens alone, across chunks', async () => {
    const { bytes } = await send('A range')
    const { blobId } = await received('A range')
    for (const [start, end] of [
      [0, 1],
      [MIB - 1, MIB + 1],
      [5 * MIB, 8 * MIB],
      [FILE_BYTES - 10, FILE_BYTES],
    ] as const) {
      const range = await ben.do('file.range', { channelId, blobId, start, end, reader: 'seeking' })
      expect(hashOf(range.bytes)).toBe(hashOf(bytes.subarray(start, end)))
    }
  })

  it('FIL-4: is read chunk by chunk by several at once, and none gets what another reads', async () => {
    const { bytes } = await send('Read by three')
    const { blobId, size } = await received('Read by three')
    const readers = ['one', 'another', 'a third'].map((reader) =>
      readInRanges(blobId, size, { reader, rangeBytes: MIB }),
    )
    for (const read of await Promise.all(readers)) expect(hashOf(read)).toBe(hashOf(bytes))
  })

  it('FIL-3: who sends it may open it while its last piece arrives: the server has it once it is not here any more', async () => {
    let goOn: (() => void) | undefined
    afterPiece = () => new Promise((resolve) => (goOn = resolve))
    const { clientId, bytes } = await send('Opened while it is sent')
    await expect.poll(() => goOn).toBeDefined()
    const item = await sending(clientId)
    const { blobId } = item?.kind === 'message' ? item.files[0]! : expect.fail('no message')
    const { files } = anaKeeps
    const read = files.read.bind(files)
    files.read = async (...range) => {
      files.read = read
      await expect.poll(() => files.list(), { timeout: ARRIVES_MS }).toEqual([])
      return read(...range)
    }
    const range = ana.do('file.range', { channelId, blobId, start: 0, end: MIB, reader: 'early' })
    await expect.poll(() => files.read).toBe(read)
    afterPiece = undefined
    goOn?.()
    expect(hashOf((await range).bytes)).toBe(hashOf(bytes.subarray(0, MIB)))
  })

  it('BLB-3, ENG-10: one that waits for its channel does not hold up those of others', async () => {
    const elsewhere = await ana.createChannel('Elsewhere', 'private', [await ben.me()])
    await ben.isIn(elsewhere)
    closed = channelId
    const { clientId } = await send('Waits for its channel')
    const file = { name: 'scan.bin', mediaType: '', bytes: new Blob([new Uint8Array(2 * MIB)]) }
    await ana.do('message.send', { channelId: elsewhere, text: 'Does not wait', files: [file] })
    await ben.hears(elsewhere, 'Does not wait')
    expect(await sending(clientId)).toMatchObject({ state: 'waiting', transfer: { state: 'waiting' } })
    closed = undefined
    await received('Waits for its channel')
  })

  it('is paused, goes on, and is discarded', async () => {
    afterPiece = async () => {
      if (pieces.length !== 1) return
      const { items } = await ana.until('timeline', { channelId, limit: 50 }, () => true)
      const { key } = items.find((item) => item.kind === 'message' && item.text === 'Paused')!
      await ana.do('file.pause', { clientId: key as ClientId, paused: true })
    }
    const { clientId } = await send('Paused')
    await expect
      .poll(async () => sending(clientId))
      .toMatchObject({ state: 'waiting', transfer: { state: 'paused' } })
    afterPiece = undefined
    const before = pieces.length
    await ana.do('file.pause', { clientId, paused: false })
    await received('Paused')
    expect(pieces.length).toBeGreaterThan(before)
    afterPiece = () =>
      pieces.length === 1 ? ana.do('message.discard', { clientId: last! }) : Promise.resolve()
    let last: ClientId | undefined
    const stop = ana.engine.watch('timeline', { channelId, limit: 50 }, ({ items }) => {
      const item = items.find((each) => each.kind === 'message' && each.text === 'Discarded')
      if (item) last = item.key as ClientId
    })
    await send('Discarded')
    await expect.poll(() => anaKeeps.files.list()).toEqual([])
    stop()
    expect(await ana.texts(channelId)).not.toContain('Discarded')
  })

  it('FIL-7: above what the organisation allows it is refused, with words; below it goes', async () => {
    afterPiece = undefined
    await ana.do('settings.update', { fileMaxMegabytes: 2 })
    const { clientId } = await send('Too large', 2 * MIB + 1)
    await expect.poll(async () => sending(clientId)).toMatchObject({ state: 'failed' })
    await send('As large as may be', 2 * MIB)
    await received('As large as may be')
    await ana.do('message.discard', { clientId })
    await ana.do('settings.update', { fileMaxMegabytes: 5120 })
  })

  it('FIL-8: a voice message says how long it is and how loud, also passed on; any other file of sound says nothing', async () => {
    const waveform = { durationMs: 61_234, levels: [0, 80, 255, 3] }
    const sound = { name: 'Voice message.webm', mediaType: 'audio/webm', bytes: new Uint8Array(2000) }
    const files = [
      { ...sound, waveform },
      { ...sound, thumbnail: Uint8Array.of(0xff, 0xd8) },
    ]
    await ana.do('message.send', { channelId, text: 'Listen', files })
    const heard = await ben.hears(channelId, 'Listen')
    expect(heard).toMatchObject({ files: [{ mediaType: 'audio/webm', waveform }, { thumbnail: '/9g=' }] })
    await ben.do('message.forward', { channelId, seq: heard.seq!, to: channelId })
    const timeline = await ana.until('timeline', { channelId, limit: 50 }, ({ items }) =>
      items.some((item) => item.kind === 'message' && item.text === 'Listen' && item.forwarded !== undefined),
    )
    const passedOn = timeline.items.find((item) => item.kind === 'message' && item.forwarded !== undefined)
    expect(passedOn).toMatchObject({ files: [{ waveform }, {}] })
  })

  it('BLB-6, LOG-16: is erased with its message', async () => {
    await send('To be erased')
    const item = await ben.hears(channelId, 'To be erased')
    const file = await received('To be erased')
    // Others may hear of a message before the answer to its author is in.
    await ana.until('timeline', { channelId, limit: 50 }, ({ items }) =>
      items.some(({ seq }) => seq === item.seq),
    )
    await ana.do('message.redact', { channelId, seq: item.seq! })
    await ben.until('timeline', { channelId, limit: 50 }, ({ items }) =>
      items.some((each) => each.kind === 'message' && each.redacted === true),
    )
    const range = { channelId, blobId: file.blobId, start: 0, end: 10, reader: 'late' }
    await expect(ben.do('file.range', range)).rejects.toThrow(/not here any more/)
  })
})
