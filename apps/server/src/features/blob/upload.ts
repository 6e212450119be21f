/**
 * The bytes of an upload (SPEC.md, BLB-3; tus 1.0.0 core). Invariants:
 * 1. `received` in the row never says more than fsync has put on the disk, and nothing else is ever acknowledged;
 * 2. `received` grows only from the value that the writer began with: of two processes that write, one stops;
 * 3. no file is larger than the size that was announced; bodies pass in constant memory.
 */
import { ProtocolError, type BlobId, type UserId } from '@reforms/protocol'
import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { findUpload, type Blob } from './blob.ts'
import { openForWriting, writeAt } from './file.ts'
import { endUpload, uploadAlone } from './running-upload.ts'
import { overTus, tusHeaders, uploadOffset } from './tus.ts'

/** After how many bytes an upload that goes on is put on the disk: what a crash costs at most. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024

async function uploadOf({ sql }: Services, blobId: BlobId, userId: UserId): Promise<Blob> {
  const blob = await findUpload(sql, blobId, userId)
  if (!blob) throw new ProtocolError('not-found')
  return blob
}

/** What of an upload is on the disk, and what is only written. */
class Progress {
  readonly #services: Services
  readonly #blob: Blob
  readonly #file: FileHandle
  #stored: number
  #written: number

  constructor(services: Services, blob: Blob, file: FileHandle) {
    this.#services = services
    this.#blob = blob
    this.#file = file
    this.#stored = this.#written = blob.received
  }

  get stored(): number {
    return this.#stored
  }

  /** Throws 'too-large', before anything too much is written. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#written + bytes.length > this.#blob.size) throw new ProtocolError('too-large')
    await writeAt(this.#file, bytes, this.#written)
    this.#written += bytes.length
    if (this.#written - this.#stored >= CHECKPOINT_BYTES) await this.store()
  }

  /** Throws 'upload-offset' when another process was here, or the blob is gone. */
  async store(): Promise<void> {
    if (this.#written === this.#stored) return
    await this.#file.datasync()
    const { count } = await this.#services.sql`
      update blob set received = ${this.#written}, progressed_at = ${this.#services.clock()}
      where blob_id = ${this.#blob.blobId} and received = ${this.#stored}`
    if (count === 0) throw new ProtocolError('upload-offset')
    this.#stored = this.#written
  }
}

function brokeOff(body: Readable): boolean {
  return body.destroyed && !body.readableEnded
}

/** Throws 'upload-offset' when the body broke off: what arrived until then is stored. */
async function receive(body: Readable, progress: Progress): Promise<void> {
  try {
    // Not destroyed here: a refusal has to be answered on the same connection.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) await progress.write(chunk as Buffer)
  } catch (error) {
    await progress.store()
    if (!brokeOff(body)) throw error
    throw new ProtocolError('upload-offset', { offset: progress.stored })
  }
  await progress.store()
}

async function receiveAt(services: Services, blob: Blob, offset: number, body: Readable): Promise<number> {
  if (offset !== blob.received) throw new ProtocolError('upload-offset', { offset: blob.received })
  const file = await openForWriting(services.blobFolder, blob.blobId)
  try {
    const progress = new Progress(services, blob, file)
    await receive(body, progress)
    return progress.stored
  } finally {
    await file.close()
  }
}

const append = overTus(async ({ blobId }, call, exchange) => {
  const { services } = call
  const { userId } = deviceCallerOf(call)
  const offset = uploadOffset(exchange)
  const { size } = await uploadOf(services, blobId, userId)
  if (offset + Number(exchange.headers['content-length'] ?? 0) > size) throw new ProtocolError('too-large')
  let received = 0
  await uploadAlone(blobId, exchange.body, async () => {
    const blob = await uploadOf(services, blobId, userId)
    received = await receiveAt(services, blob, offset, exchange.body)
  })
  exchange.respond(204, tusHeaders({ received, size }))
})

const status = overTus(async ({ blobId }, call, exchange) => {
  const { userId } = deviceCallerOf(call)
  await uploadOf(call.services, blobId, userId)
  await endUpload(blobId)
  exchange.respond(200, tusHeaders(await uploadOf(call.services, blobId, userId)))
})

export const uploadHandlers = { 'blob.append': append, 'blob.status': status } satisfies Partial<Handlers>
