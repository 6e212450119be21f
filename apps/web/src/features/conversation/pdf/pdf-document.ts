/**
 * A message's PDF, opened: its parts are decrypted as they are wanted, so that a large one is never read as a whole. Nothing in it
 * runs: no scripts, no forms of XFA, no code made of fonts. For PdfViewer.tsx.
 */
import type { Engine } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import {
  getDocument,
  InvalidPDFException,
  PasswordResponses,
  PDFDataRangeTransport,
  PDFWorker,
  VerbosityLevel,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
import { startWorker } from '../../../platform/trusted-worker.ts'
import { endWithin } from './ending.ts'
import { onePiece, persistently } from './pieces.ts'
import workerAddress from './pdf-worker.ts?worker&url'

/** As files are encrypted: a chunk is decrypted whole. */
const RANGE_BYTES = 1024 * 1024
/** PDF.js takes as much memory as the document is said to be large, before it has read any of it. */
const OPENED_MAX_BYTES = 512 * 1024 * 1024
/** A larger picture in a document is left out: it would take four bytes for each. */
const PICTURE_MAX_PIXELS = 100_000_000

export interface PdfFile {
  channelId: ChannelId
  blobId: string
  size: number
}

export type Opening =
  | { state: 'loading'; bytes: number }
  | { state: 'locked'; wrong: boolean; open: (password: string) => void }
  | { state: 'ready'; pdf: PDFDocumentProxy }
  | { state: 'failed'; problem: 'broken' | 'unreadable' | 'tooLarge' }

/** Tells each step of opening it. What it returns closes it. */
export function openPdf(engine: Engine, file: PdfFile, tell: (opening: Opening) => void): () => void {
  if (file.size > OPENED_MAX_BYTES) {
    tell({ state: 'failed', problem: 'tooLarge' })
    return () => undefined
  }
  let closed = false
  const say = (opening: Opening) => {
    if (!closed) tell(opening)
  }
  const port = startWorker(workerAddress)
  const worker = new PDFWorker({ port: port as unknown as null, verbosity: VerbosityLevel.ERRORS })
  const range = new DecryptedRange(engine, file, say)
  // It could not be loaded, or broke off before it said anything. What fails later is of one page.
  port.addEventListener('error', () => {
    if (!range.isOpen) say({ state: 'failed', problem: 'unreadable' })
  })
  const task = getDocument({
    range,
    worker,
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    enableXfa: false,
    maxImageSize: PICTURE_MAX_PIXELS,
    // What it finds odd in a document is nobody's business.
    verbosity: VerbosityLevel.ERRORS,
  })
  task.onPassword = (open: (password: string) => void, reason: number) =>
    say({ state: 'locked', wrong: reason === PasswordResponses.INCORRECT_PASSWORD, open })
  task.promise.then(
    (pdf) => {
      range.isOpen = true
      say({ state: 'ready', pdf })
    },
    (error: unknown) =>
      say({ state: 'failed', problem: error instanceof InvalidPDFException ? 'broken' : 'unreadable' }),
  )
  return () => {
    closed = true
    range.abort()
    endWithin(
      () => task.destroy(),
      () => port.terminate(),
    )
  }
}

class DecryptedRange extends PDFDataRangeTransport {
  readonly #engine: Engine
  readonly #file: PdfFile
  readonly #say: (opening: Opening) => void
  readonly #reader = crypto.randomUUID()
  #bytes = 0
  #aborted = false
  /** From then on a part that is missing leaves a page empty until it can be had, and the document stays. */
  isOpen = false

  constructor(engine: Engine, file: PdfFile, say: (opening: Opening) => void) {
    super(file.size, null)
    this.#engine = engine
    this.#file = file
    this.#say = say
  }

  override requestDataRange(start: number, end: number): void {
    const read = () => onePiece(start, end, (from, to) => this.#read(from, to))
    persistently(read, () => this.isOpen && !this.#aborted).then(
      (bytes) => {
        if (!this.#aborted) this.onDataRange(start, bytes)
      },
      () => {
        if (!this.isOpen) this.#say({ state: 'failed', problem: 'unreadable' })
      },
    )
  }

  /** Nobody waits for anything any more. */
  override abort(): void {
    this.#aborted = true
  }

  async #read(start: number, end: number): Promise<Uint8Array> {
    const { channelId, blobId } = this.#file
    const reader = this.#reader
    const { bytes } = await this.#engine.send('file.range', { channelId, blobId, start, end, reader })
    this.#bytes += bytes.length
    if (!this.isOpen) this.#say({ state: 'loading', bytes: this.#bytes })
    return bytes
  }
}
