/**
 * Large files on their way up, one at a time over all channels, beside the channels' own steps: a message whose files are not on
 * the server yet waits, and others pass it. SPEC.md, BLB-3, ENG-10, FIL-6.
 *
 * 1. A file is sealed into the store before a byte of it is sent, so that what is sent is the same after any crash.
 * 2. It is `ready` in the same transaction in which its message gets its hash; only then may it go up.
 * 3. One that its channel refuses for the moment is held, and the others go before it.
 * 4. How far an upload has come is what the server says; what is kept here is for showing it.
 */
import { encodeContent, knownContent, type FileReference } from '@reforms/crypto'
import { ERRORS, ProtocolError, type BlobId, type ClientId } from '@reforms/protocol'
import type { TransferView } from '../../engine-api.ts'
import { StoreFull, TransportLost } from '../../ports.ts'
import { filesOf, saidOf } from '../channel/said.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { readOutboxItem, saveOutboxContent, saveOutboxState } from '../tables/outbox.ts'
import {
  listStored,
  pauseTransfers,
  readNextTransfer,
  readTransfer,
  readTransfersOf,
  readUnsealed,
  saveReceived,
  saveTransferState,
  type Transfer,
} from '../tables/transfers.ts'
import { sealInto } from './sealing.ts'
import { sourceOf, type FileSource } from './source.ts'

/** After a start, the tab that has the file may say so again. */
const SOURCE_WAIT_MS = 5000
/** What a piece costs besides its bytes, on both sides' disks, must not become most of it. */
const PIECE_MIN_BYTES = 1024 * 1024
const PIECE_MAX_BYTES = 4 * 1024 * 1024
/** A piece is to take about so long: that is how often progress is told, and how soon a pause holds. */
const PIECE_MS = 1500
const SHOWN_EVERY_MS = 200
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 30_000

class NotWanted extends Error {
  override readonly name = 'NotWanted'
}

export class Transfers {
  readonly #context: Context
  readonly #sources = new Map<BlobId, FileSource>()
  /** Sealed so far, of those that are being sealed. */
  readonly #sealed = new Map<BlobId, number>()
  /** Those that wait for their channel: how each is let go. */
  readonly #held = new Map<BlobId, () => void>()
  /** How often each has waited, until it is sent. */
  readonly #holds = new Map<BlobId, number>()
  #shownAt = 0
  #sending: BlobId | undefined
  #attempts = 0
  #cancelRetry: (() => void) | undefined
  #pieceBytes = PIECE_MIN_BYTES

  constructor(context: Context) {
    this.#context = context
  }

  /** Takes up what an earlier run left: removes what nobody wants any more, and says what cannot go on. */
  start(): void {
    void this.#sweep().catch((error: unknown) => this.#warn('clearing up files', error))
    this.#context.ports.clock.after(SOURCE_WAIT_MS, () => {
      if (this.#context.stopped) return
      for (const { clientId, blobId } of readUnsealed(this.#context.database)) {
        if (!this.#sources.has(blobId)) this.#fail(clientId, GONE)
      }
    })
  }

  stop(): void {
    this.#cancelRetry?.()
    this.#release()
  }

  /** For rows that are in the database. Resolves once all of them are sealed, or never will be. */
  async seal(sources: ReadonlyMap<BlobId, FileSource>): Promise<void> {
    for (const [blobId, source] of sources) this.#sources.set(blobId, source)
    await this.#context.serial.run('sealing', async () => {
      for (const blobId of sources.keys()) await this.#sealOne(blobId)
    })
    this.poke()
  }

  /** A tab says again what it sent to an engine that was gone before all was sealed. */
  async sealAgain(clientId: ClientId, files: readonly (Uint8Array | Blob)[]): Promise<void> {
    const references = referencesOf(this.#context, clientId)
    const sources = new Map<BlobId, FileSource>()
    for (const { blobId } of readUnsealed(this.#context.database)) {
      const index = references.findIndex((reference) => reference.blobId === blobId)
      const bytes = files[index]
      if (bytes && !this.#sources.has(blobId)) sources.set(blobId, sourceOf(bytes))
    }
    if (sources.size > 0) await this.seal(sources)
  }

  /** Something may be to be sent. */
  poke(): void {
    this.#cancelRetry?.()
    this.#release()
    this.#attempts = 0
    this.#run()
  }

  pause(clientId: ClientId, paused: boolean): void {
    const { database } = this.#context
    database.transaction(() => pauseTransfers(database, clientId, paused))
    this.#show(clientId)
    this.poke()
  }

  /** The message is gone: what is stored of its files goes too. */
  discarded(): void {
    void this.#sweep().catch((error: unknown) => this.#warn('clearing up files', error))
  }

  /** Undefined where a message has no large files, or all of them are on the server. */
  view(clientId: ClientId): TransferView | undefined {
    const transfers = readTransfersOf(this.#context.database, clientId)
    const under = transfers.filter(({ state }) => state !== 'done')
    if (under.length === 0) return undefined
    const of = sum(transfers.map(({ size }) => size))
    if (under.some(({ state }) => state === 'sealing')) {
      const sealed = transfers.map(({ state, size, blobId }) =>
        state === 'sealing' ? (this.#sealed.get(blobId) ?? 0) : size,
      )
      return { state: 'preparing', done: sum(sealed), of }
    }
    return { state: this.#stateOf(under), done: sum(transfers.map(({ received }) => received)), of }
  }

  #stateOf(under: readonly Transfer[]): TransferView['state'] {
    if (under.some(({ state }) => state === 'paused')) return 'paused'
    return under.some(({ blobId }) => blobId === this.#sending) ? 'uploading' : 'waiting'
  }

  async #sealOne(blobId: BlobId): Promise<void> {
    const { database, ports } = this.#context
    const [row, source] = [readTransfer(database, blobId), this.#sources.get(blobId)]
    if (row?.state !== 'sealing' || !source || this.#context.stopped) return
    try {
      const reference = referencesOf(this.#context, row.clientId).find((one) => one.blobId === blobId)
      if (!reference) throw new NotWanted()
      const hash = await sealInto(ports.files, reference, source, (bytes) => this.#noteSealed(row, bytes))
      database.transaction(() => saveSealed(this.#context, row, hash))
    } catch (error) {
      if (this.#context.stopped) return
      await ports.files.remove(blobId)
      if (!(error instanceof NotWanted)) this.#fail(row.clientId, wordsFor(error))
    } finally {
      this.#sources.delete(blobId)
      this.#sealed.delete(blobId)
      if (!this.#context.stopped) this.#show(row.clientId)
    }
  }

  #noteSealed({ blobId, clientId }: Transfer, bytes: number): void {
    if (this.#context.stopped || !readTransfer(this.#context.database, blobId)) throw new NotWanted()
    this.#sealed.set(blobId, bytes)
    this.#showNowAndThen(clientId)
  }

  #run(): void {
    if (this.#sending || !this.#context.online) return
    const next = readNextTransfer(this.#context.database, this.#held)
    if (!next) return
    this.#sending = next.blobId
    void this.#context.serial
      .run('sending files', () => this.#send(next))
      .then(
        () => undefined,
        (error: unknown) => this.#recover(next, error),
      )
      .then((afterMs) => {
        this.#sending = undefined
        if (this.#context.stopped) return
        this.#show(next.clientId)
        if (afterMs === undefined) this.#run()
        else this.#cancelRetry = this.#context.ports.clock.after(afterMs, () => this.#run())
      })
  }

  async #send({ blobId, channelId, clientId, size }: Transfer): Promise<void> {
    const { transport, files } = this.#context.ports
    const { offset } = await transport.call('blob.create', { blobId, channelId, size })
    for (let sent = offset; sent < size;) {
      if (!this.#maySend(blobId)) return
      this.#noteReceived(clientId, blobId, sent)
      const end = Math.min(size, sent + this.#pieceBytes)
      const began = this.#context.now()
      const piece = await files.read(blobId, sent, end)
      if (piece.size !== end - sent) throw new Error('a part of the sealed file is not here any more')
      await transport.upload(blobId, sent, piece)
      this.#pieceBytes = fittingPiece(end - sent, this.#context.now() - began)
      this.#attempts = 0
      sent = end
    }
    await this.#finish(blobId, clientId, size)
  }

  /** Meanwhile others are sent. */
  #hold(blobId: BlobId): void {
    const before = this.#holds.get(blobId) ?? 0
    this.#holds.set(blobId, before + 1)
    const letGo = () => {
      this.#held.delete(blobId)
      this.#run()
    }
    this.#held.set(blobId, this.#context.ports.clock.after(retryAfterMs(before + 1), letGo))
  }

  #release(): void {
    for (const cancel of this.#held.values()) cancel()
    this.#held.clear()
    this.#holds.clear()
  }

  #maySend(blobId: BlobId): boolean {
    return this.#context.online && readTransfer(this.#context.database, blobId)?.state === 'ready'
  }

  async #finish(blobId: BlobId, clientId: ClientId, size: number): Promise<void> {
    const { database, ports } = this.#context
    database.transaction(() => {
      saveReceived(database, blobId, size)
      saveTransferState(database, blobId, 'done')
    })
    await ports.files.remove(blobId)
    const item = readOutboxItem(database, clientId)
    if (item) this.#context.poke(item.channelId)
  }

  #noteReceived(clientId: ClientId, blobId: BlobId, received: number): void {
    this.#context.database.transaction(() => saveReceived(this.#context.database, blobId, received))
    this.#showNowAndThen(clientId)
  }

  /** When to try again; undefined: go on with what else there is. */
  async #recover(transfer: Transfer, error: unknown): Promise<number | undefined> {
    if (this.#context.stopped || !readTransfer(this.#context.database, transfer.blobId)) return undefined
    if (error instanceof ProtocolError && !isPassing(error)) {
      if (await this.#waitsForChannel(transfer, error)) this.#hold(transfer.blobId)
      else this.#fail(transfer.clientId, error.code === 'too-many' ? NO_ROOM_THERE : error.message)
      return undefined
    }
    if (!(error instanceof ProtocolError) && !(error instanceof TransportLost)) {
      this.#warn('sending a file', error)
      this.#fail(transfer.clientId, GONE)
      return undefined
    }
    this.#attempts += 1
    const advised = error instanceof ProtocolError ? Number(error.detail?.['retryAfterMs'] ?? 0) : 0
    return Math.max(advised, retryAfterMs(this.#attempts))
  }

  /** Where this device is out of the channel for a moment, as while a new generation begins. */
  async #waitsForChannel({ channelId }: Transfer, { code }: ProtocolError): Promise<boolean> {
    if (code !== 'forbidden' && code !== 'not-found') return false
    await this.#context.refreshChannel(channelId)
    const place = readChannel(this.#context.database, channelId)?.place
    return place === 'member' || place === 'joining'
  }

  #fail(clientId: ClientId, problem: string): void {
    const { database } = this.#context
    database.transaction(() => saveOutboxState(database, clientId, 'failed', problem))
    this.#show(clientId)
    this.#context.outboxChanged()
  }

  #showNowAndThen(clientId: ClientId): void {
    const now = this.#context.now()
    if (Math.abs(now - this.#shownAt) < SHOWN_EVERY_MS) return
    this.#shownAt = now
    this.#show(clientId)
  }

  #show(clientId: ClientId): void {
    const item = readOutboxItem(this.#context.database, clientId)
    if (item) this.#context.watches.changed(`timeline:${item.channelId}`)
  }

  async #sweep(): Promise<void> {
    const { ports, database } = this.#context
    for (const blobId of await ports.files.list()) {
      if (this.#context.stopped) return
      if (!listStored(database).has(blobId)) await ports.files.remove(blobId)
    }
  }

  #warn(what: string, error: unknown): void {
    this.#context.ports.log.warn(`${what} failed`, { error: String(error) })
  }
}

const GONE =
  'This page was closed before the file was prepared for sending, or the browser has cleared it. Discard this message and attach the file again.'
const NO_ROOM_HERE =
  'There is not enough room on this device to prepare the file for sending. Make room, discard this message and attach the file again.'
const NO_ROOM_THERE =
  'You have as many files on the server as one person may. Delete messages with files that you no longer need, then try again.'
const UNREADABLE =
  'The file could not be read: it may have been changed, moved or deleted. Discard this message and attach it again.'

function isPassing({ code }: ProtocolError): boolean {
  return ERRORS[code].retryable || code === 'upload-offset'
}

function retryAfterMs(attempts: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempts, 10))
}

function wordsFor(error: unknown): string {
  return error instanceof StoreFull ? NO_ROOM_HERE : UNREADABLE
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

/** Half or double the last one, until it takes about as long as it should. */
function fittingPiece(bytes: number, tookMs: number): number {
  const next = tookMs > 2 * PIECE_MS ? bytes / 2 : tookMs < PIECE_MS ? bytes * 2 : bytes
  return Math.round(Math.min(PIECE_MAX_BYTES, Math.max(PIECE_MIN_BYTES, next)))
}

function referencesOf({ database }: Context, clientId: ClientId): readonly FileReference[] {
  const item = readOutboxItem(database, clientId)
  return filesOf(item && knownContent(item.content))
}

/** Within a transaction. The message as it is now gets the file's hash. */
function saveSealed({ database }: Context, { blobId, clientId }: Transfer, hash: Uint8Array): void {
  const item = readOutboxItem(database, clientId)
  const said = item && saidOf(knownContent(item.content))
  if (!item || !said || said.type === 'poll' || !said.files) throw new NotWanted()
  const files = said.files.map((file) => (file.blobId === blobId ? { ...file, hash } : file))
  saveOutboxContent(database, clientId, encodeContent({ ...said, files }), item.relatesTo)
  saveTransferState(database, blobId, 'ready')
}
