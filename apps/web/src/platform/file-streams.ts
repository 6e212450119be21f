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
  type StayAwake,
  type StreamRequest,
} from '../service-worker/stream-messages.ts'

export interface StreamedFile extends FileFacts {
  readonly channelId: ChannelId
  readonly blobId: string
}

interface Source {
  readonly engine: Engine
  readonly file: StreamedFile
}

const AWAKE_EVERY_MS = 5000

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
  sources.set(token, { engine, file })
  return `${STREAM_FOLDER}${token}`
}

/**
 * The browser saves it as it comes, and shows how far it is. The page goes to an address that answers with an attachment, and so
 * stays: what a link with `download` fetches does not come by way of the service worker everywhere.
 */
export function saveStream(engine: Engine, file: StreamedFile): void {
  const link = document.createElement('a')
  link.href = streamAddress(engine, file) + SAVE_QUERY
  link.click()
}

function listen(): void {
  if (listening) return
  listening = true
  navigator.serviceWorker.addEventListener('message', ({ data, ports }: MessageEvent<StreamRequest>) => {
    const [source, [port]] = [sources.get(data.token), ports]
    if (data.kind === 'file-stream' && source && port) serve(source, port, data.reader)
  })
}

function serve({ engine, file }: Source, port: MessagePort, reader: string): void {
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
