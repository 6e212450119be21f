/**
 * Operations over HTTP by fetch, in a browser's worker or in Node. SPEC.md, section "Operations" (OP-*); uploads follow the
 * tus 1.0.0 core protocol (BLB-*). For the gateway transport only.
 */
import { limits, ProtocolError, type OperationName } from '@reforms/protocol'
import { TransportLost, type ByteRange } from '../ports.ts'
import { address, decodeWire, protocolError } from './wire.ts'

/** How long an answer may take to begin, and how long its body may stand still. */
export const REQUEST_TIMEOUT_MS = 30_000
/** The slowest upload that is waited for. */
const UPLOAD_MIN_BYTES_PER_SECOND = 16 * 1024
/** An answer larger than this is refused: no server of ours sends one. */
const ANSWER_MAX_BYTES = 64 * 1024 * 1024

export interface HttpOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
  /** The bearer token of a program; browsers have their cookie instead. */
  readonly token: () => string | undefined
}

export interface HttpRequests {
  call(operation: OperationName, input: Record<string, unknown>): Promise<unknown>
  upload(blobId: string, offset: number, bytes: Uint8Array | Blob): Promise<void>
  download(blobId: string, range?: ByteRange, room?: ArrayBuffer): Promise<Uint8Array>
}

interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array<ArrayBuffer> | Blob
  readonly timeoutMs?: number
  readonly maxBytes: number
  /** Where the answer is to be, if there is room for it. */
  readonly room?: ArrayBuffer | undefined
}

export function createHttpRequests(options: HttpOptions): HttpRequests {
  const blobPath = (blobId: string) => `/api/blobs/${encodeURIComponent(blobId)}`
  return {
    async call(operation, input) {
      const { body, ...where } = address(operation, input)
      const content = body ? { body, headers: { 'content-type': 'application/cbor' } } : {}
      const answer = await exchange(options, { ...where, ...content, maxBytes: ANSWER_MAX_BYTES })
      return answer.length > 0 ? decoded(answer) : {}
    },

    async upload(blobId, offset, bytes) {
      const size = bytes instanceof Blob ? bytes.size : bytes.length
      await exchange(options, {
        method: 'PATCH',
        path: blobPath(blobId),
        headers: {
          'content-type': 'application/offset+octet-stream',
          'tus-resumable': '1.0.0',
          'upload-offset': String(offset),
        },
        body: bytes as Uint8Array<ArrayBuffer> | Blob,
        timeoutMs: REQUEST_TIMEOUT_MS + (size / UPLOAD_MIN_BYTES_PER_SECOND) * 1000,
        maxBytes: limits.REQUEST_MAX_BYTES,
      })
    },

    download(blobId, range, room) {
      const request = { method: 'GET', path: blobPath(blobId) }
      if (!range) return exchange(options, { ...request, maxBytes: ANSWER_MAX_BYTES })
      const { start, end } = range
      const headers = { range: `bytes=${start}-${end - 1}` }
      return exchange(options, { ...request, headers, maxBytes: end - start, room })
    },
  }
}

/** One request and its whole answer. A connection that fails or stands still is TransportLost. */
async function exchange(options: HttpOptions, request: Request): Promise<Uint8Array> {
  const patience = startPatience(request.timeoutMs ?? REQUEST_TIMEOUT_MS)
  try {
    const token = options.token()
    const response = await options.fetch(`${options.baseUrl}${request.path}`, {
      method: request.method,
      headers: {
        accept: 'application/cbor, application/octet-stream;q=0.9, application/json;q=0.5',
        ...request.headers,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(request.body ? { body: request.body } : {}),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: patience.signal,
    })
    const answer = await readAnswer(response, request, patience)
    if (response.ok) return answer
    throw failure(response, answer)
  } catch (cause) {
    if (cause instanceof ProtocolError || cause instanceof TransportLost) throw cause
    throw new TransportLost('the server cannot be reached', { cause })
  } finally {
    patience.end()
  }
}

type Patience = ReturnType<typeof startPatience>

/** Aborts what takes longer than `timeoutMs`; every sign of life renews it. */
function startPatience(timeoutMs: number) {
  const controller = new AbortController()
  const giveUp = () => controller.abort()
  let timer = setTimeout(giveUp, timeoutMs)
  return {
    signal: controller.signal,
    renew() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, REQUEST_TIMEOUT_MS)
    },
    end: () => clearTimeout(timer),
  }
}

async function readAnswer(
  { body }: Response,
  { maxBytes, room }: Request,
  patience: Patience,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array()
  // Beyond what may come, so that there is room to see that more does.
  if (room && room.byteLength > maxBytes) {
    const reader = byteReader(body)
    if (reader) return readInto(room, reader, maxBytes, patience)
  }
  return readParts(body.getReader(), maxBytes, patience)
}

/** Undefined where the browser reads bodies in parts of its own making only. */
function byteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

async function readInto(
  room: ArrayBuffer,
  reader: ReadableStreamBYOBReader,
  maxBytes: number,
  patience: Patience,
): Promise<Uint8Array> {
  // Each reading detaches the buffer, and gives it back as another.
  let buffer = room
  for (let received = 0; ;) {
    const part: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await reader.read(
      new Uint8Array(buffer, received),
    )
    if (!part.value) throw new TransportLost('the answer was cut off')
    buffer = part.value.buffer
    received += part.value.length
    if (part.done) return new Uint8Array(buffer, 0, received)
    await checkLength(received, maxBytes, reader)
    patience.renew()
  }
}

async function readParts(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  patience: Patience,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let received = 0
  for (let part = await reader.read(); part.value; part = await reader.read()) {
    parts.push(part.value)
    received += part.value.length
    await checkLength(received, maxBytes, reader)
    patience.renew()
  }
  return joined(parts, received)
}

async function checkLength(
  received: number,
  maxBytes: number,
  reader: ReadableStreamGenericReader,
): Promise<void> {
  if (received <= maxBytes) return
  await reader.cancel()
  throw new ProtocolError('too-large')
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function decoded(answer: Uint8Array): unknown {
  try {
    return decodeWire(answer)
  } catch {
    throw new ProtocolError('internal')
  }
}

/** The error that an answer stands for. A gateway in between that cannot reach the server counts as a lost connection. */
function failure(response: Response, answer: Uint8Array): Error {
  const type = response.headers.get('content-type') ?? ''
  try {
    if (type.includes('cbor')) return protocolError(decodeWire(answer))
    if (type.includes('json')) return protocolError(JSON.parse(new TextDecoder().decode(answer)))
  } catch {
    // Not what a server of ours writes: judged by its status below.
  }
  if (response.status >= 502 && response.status <= 504)
    return new TransportLost('the server cannot be reached')
  if (response.status === 413) return new ProtocolError('too-large')
  return new ProtocolError('internal', { status: response.status })
}
