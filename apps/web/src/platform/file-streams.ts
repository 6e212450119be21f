/**
 * Addresses under which the browser's players and its list of downloads read a message's file: the service worker answers for them
 * with what this page hands it, a range at a time. Where there is no service worker there are none.
 */
import type { Engine } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import {
  SAVE_QUERY,
  STREAM_FOLDER,
  type FileFacts,
  type RangeAnswer,
  type RangeRequest,
  type SavingEnded,
  type StayAwake,
  type StreamRequest,
} from '../service-worker/stream-messages.ts'

export interface StreamedFile extends FileFacts {
  readonly size: number
  readonly channelId: ChannelId
  readonly blobId: string
}

/** Answers on a port for one reading of a file. */
type Source = (port: MessagePort, reader: string) => void

const AWAKE_EVERY_MS = 5000
/** The worker gives up after two minutes without an answer. */
const WAITING_EVERY_MS = 30_000
/** The browser has begun to save it by then. */
const REVOKED_AFTER_MS = 60_000

const sources = new Map<string, Source>()
const tokens = new Map<string, string>()
let listening = false
let awakeAt = 0

export function canStream(): boolean {
  return 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
}

export function streamAddress(engine: Engine, file: StreamedFile): string {
  listen()
  const place = `${file.channelId}/${file.blobId}`
  const token = tokens.get(place) ?? crypto.randomUUID()
  tokens.set(place, token)
  sources.set(token, (port, reader) => serve(engine, file, port, reader))
  return `${STREAM_FOLDER}${token}`
}

/**
 * The browser saves it as it comes, and shows how far it is. The page goes to an address that answers with an attachment, and so
 * stays: what a link with `download` fetches does not come by way of the service worker everywhere.
 */
export function saveStream(engine: Engine, file: StreamedFile): void {
  goTo(streamAddress(engine, file) + SAVE_QUERY)
}

/**
 * Saves what is made while it is saved, and holds no more of it than one part, where there is a service worker. Resolves when all of it
 * has been handed on. Rejects as the stream does, or with AbortError where the browser wants no more of it.
 */
export async function saveMade(name: string, made: ReadableStream<Uint8Array>): Promise<void> {
  if (!canStream()) return saveWhole(name, made)
  listen()
  const token = crypto.randomUUID()
  const reader = made.getReader()
  await new Promise<void>((resolve, reject) => {
    sources.set(token, (port) => {
      // It is made once: who comes back for it finds nothing.
      sources.delete(token)
      handOn(reader, port, { resolve, reject })
      port.postMessage({ mediaType: 'application/zip', name } satisfies FileFacts)
    })
    goTo(`${STREAM_FOLDER}${token}${SAVE_QUERY}`)
    reader.closed.catch(reject)
  }).finally(() => sources.delete(token))
}

function handOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  port: MessagePort,
  { resolve, reject }: { resolve: () => void; reject: (problem: unknown) => void },
): void {
  port.onmessage = ({ data }: MessageEvent<RangeRequest | SavingEnded>) => {
    if ('kind' in data) {
      reject(new DOMException('no more of it is wanted', 'AbortError'))
      return void reader.cancel().catch(() => undefined)
    }
    stayAwake()
    const stopWaiting = tellWaiting(port)
    void reader
      .read()
      .finally(stopWaiting)
      .then(
        ({ done, value }) => {
          // Copied, since whoever makes it may go on using what it gave.
          port.postMessage({ bytes: done ? new Uint8Array() : value.slice() } satisfies RangeAnswer)
          if (done) resolve()
        },
        (problem: unknown) => {
          port.postMessage({} satisfies RangeAnswer)
          reject(problem)
        },
      )
  }
}

/** Browsers keep large blobs on disk. */
async function saveWhole(name: string, made: ReadableStream<Uint8Array>): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await new Response(made as ReadableStream<Uint8Array<ArrayBuffer>>).blob())
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKED_AFTER_MS)
}

function goTo(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.click()
}

function listen(): void {
  if (listening) return
  listening = true
  navigator.serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<StreamRequest>) => {
    const [source, [port]] = [sources.get(data.token), ports]
    if (data.kind === 'file-stream' && source && port) source(port, data.reader)
  })
}

/** Of what takes long, as without a connection, until it is stopped. */
function tellWaiting(port: MessagePort): () => void {
  const awake = setInterval(stayAwake, AWAKE_EVERY_MS)
  const waiting = setInterval(
    () => port.postMessage({ waiting: true } satisfies RangeAnswer),
    WAITING_EVERY_MS,
  )
  return () => {
    clearInterval(awake)
    clearInterval(waiting)
  }
}

function serve(engine: Engine, file: StreamedFile, port: MessagePort, reader: string): void {
  const { channelId, blobId, size, mediaType, name } = file
  port.onmessage = ({ data: { start, end } }: MessageEvent<RangeRequest>) => {
    stayAwake()
    engine.send('file.range', { channelId, blobId, start, end, reader }).then(
      ({ bytes }) => answer(port, { bytes: bytes as Uint8Array<ArrayBuffer> }),
      () => answer(port, {}),
    )
  }
  port.postMessage({ size, mediaType, name } satisfies FileFacts)
}

function answer(port: MessagePort, range: RangeAnswer): void {
  port.postMessage(range, range.bytes ? [range.bytes.buffer] : [])
}

function stayAwake(): void {
  const now = Date.now()
  if (Math.abs(now - awakeAt) < AWAKE_EVERY_MS) return
  awakeAt = now
  navigator.serviceWorker.controller?.postMessage({ kind: 'stay-awake' } satisfies StayAwake)
}
