/**
 * Encrypted files as the browser's own players and its list of downloads want them: under an address, in ranges, as a stream. The
 * bytes come decrypted, a range at a time, from the engine by way of the page that made the address: this worker has no key, and
 * holds no more of a file than one range. For service-worker.ts.
 *
 * 1. An address is worth something only while the page that made it is open.
 * 2. What is answered is shown by no browser as a document of this origin: of known media types, or as an attachment.
 */
import { giveBack } from './giving-back.ts'
import {
  SAVE_QUERY,
  STREAM_FOLDER,
  type FileFacts,
  type RangeAnswer,
  type RangeRequest,
  type SavingEnded,
  type StreamRequest,
} from './stream-messages.ts'

declare const self: ServiceWorkerGlobalScope

const ANSWER_WITHIN_MS = 10_000
/** A range is fetched from the server: a slow line takes its time. */
const RANGE_WITHIN_MS = 120_000
/** What a file is sealed in: a part of it costs as much as all of it. */
const CHUNK_BYTES = 1024 * 1024
/** No type by a suffix such as +xml, which would be a document. */
const SHOWN_TYPES = /^(audio|video)\/[\w.-]+$|^image\/(png|jpeg|gif|webp|avif)$/

/** The token of a request for a file; undefined: it is for something else. */
export function fileWantedBy(
  { method, url }: Pick<Request, 'method' | 'url'>,
  origin: string,
): string | undefined {
  const { origin: from, pathname } = new URL(url)
  if (method !== 'GET' || from !== origin || !pathname.startsWith(STREAM_FOLDER)) return undefined
  return pathname.slice(STREAM_FOLDER.length).split('/')[0]
}

export async function answerStream(request: Request, token: string): Promise<Response> {
  const file = await openFile(token)
  const isSaved = new URL(request.url).search === SAVE_QUERY
  // A page that goes to an answer without content stays where it is.
  if (!file) return new Response(null, { status: isSaved ? 204 : 404 })
  const headers = headersFor(file.facts, isSaved)
  const { size } = file.facts
  if (size === undefined) return new Response(streamOfMade(file.port), { headers })
  const range = rangeOf(request.headers.get('range'), size)
  if (range === 'unsatisfiable') {
    file.port.close()
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${size}` },
    })
  }
  const { start, end } = range ?? { start: 0, end: size }
  const partial = range ? [['content-range', `bytes ${start}-${end - 1}/${size}`]] : []
  return new Response(streamOf(file.port, start, end), {
    status: range ? 206 : 200,
    headers: Object.fromEntries([
      ...Object.entries(headers),
      ...partial,
      ['content-length', String(end - start)],
    ]),
  })
}

export function headersFor({ mediaType, name, size }: FileFacts, isSaved: boolean): Record<string, string> {
  const isShown = SHOWN_TYPES.test(mediaType) && !isSaved
  const saved = `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, percent)}`
  return {
    'content-type': isShown ? mediaType : 'application/octet-stream',
    'content-disposition': isShown ? 'inline' : saved,
    'accept-ranges': size === undefined ? 'none' : 'bytes',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
}

/** One range (RFC 9110, section 14.2), its end not included; of any other form, all is answered. */
export function rangeOf(header: string | null, size: number): RangeRequest | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  return start >= end ? 'unsatisfiable' : { start, end }
}

interface OpenFile {
  readonly facts: FileFacts
  readonly port: MessagePort
}

/** Asks every page: the worker may have been ended and started since the address was made. */
async function openFile(token: string): Promise<OpenFile | undefined> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const reader = crypto.randomUUID()
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS)
    for (const page of pages) {
      const { port1: port, port2 } = new MessageChannel()
      port.onmessage = ({ data }: MessageEvent<FileFacts>) => resolve({ facts: data, port })
      page.postMessage({ kind: 'file-stream', token, reader } satisfies StreamRequest, [port2])
    }
  })
}

/** To where the chunk ends: each is fetched once, and only whoever reads one after the other is told of a wrong hash (FIL-4). */
export function nextRange(at: number, end: number): RangeRequest {
  return { start: at, end: Math.min(end, at - (at % CHUNK_BYTES) + CHUNK_BYTES) }
}

/** Reads on only when what was read is used up, and is given back then. */
export function streamOf(port: MessagePort, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  let passedOn: ArrayBuffer | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (passedOn) giveBack(passedOn)
        const range = nextRange(at, end)
        const { bytes } = range.start < end ? await ask(port, range) : {}
        if (bytes) controller.enqueue(bytes)
        passedOn = bytes?.buffer
        at = range.end
        if (bytes && at < end) return
        port.close()
        if (at < end || (!bytes && range.start < end)) controller.error(new Error('the file cannot be read'))
        else controller.close()
      },
      cancel: () => port.close(),
    },
    { highWaterMark: 0 },
  )
}

/** Of what is being made nothing is asked for before there is room for it. */
function streamOfMade(port: MessagePort): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { bytes } = await ask(port, { start: 0, end: CHUNK_BYTES })
        if (bytes && bytes.length > 0) return controller.enqueue(bytes)
        port.close()
        if (bytes) controller.close()
        else controller.error(new Error('the file could not be made'))
      },
      cancel() {
        port.postMessage({ kind: 'saving-ended' } satisfies SavingEnded)
        port.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Without an answer in time, as from a page that was closed, there are no bytes. */
export function ask(port: MessagePort, range: RangeRequest): Promise<RangeAnswer> {
  return new Promise((resolve) => {
    const giveUp = () => setTimeout(() => resolve({}), RANGE_WITHIN_MS)
    let timer = giveUp()
    port.onmessage = ({ data }: MessageEvent<RangeAnswer>) => {
      clearTimeout(timer)
      if (data.waiting) timer = giveUp()
      else resolve(data)
    }
    port.postMessage(range)
  })
}
