/** Encrypting files that are to be sent: small ones in memory, others chunk by chunk into the store. SPEC.md, FIL-1 to FIL-4. */
import {
  chunkCount,
  createFileKey,
  encryptChunk,
  encodeWaveform,
  encryptFile,
  FILE_CHUNK_BYTES,
  FileHasher,
  SEALED_CHUNK_BYTES,
  type FileReference,
} from '@reforms/crypto'
import { limits, type BlobId } from '@reforms/protocol'
import { IntentError, type IntentInput, type WaveformView } from '../../engine-api.ts'
import type { FileStore } from '../../ports.ts'
import type { Context } from '../context.ts'
import { shownFileName } from '../file-name.ts'
import { sourceOf, type FileSource } from './source.ts'

export type OutgoingFile = IntentInput<'message.send'>['files'][number]

/** A file with its place in a message. `sealed` where it is small; otherwise it is sealed once the message stands in the outbox. */
export interface PreparedFile {
  readonly reference: FileReference
  readonly source: FileSource
  readonly sealed?: Uint8Array
}

/** Files of one chunk go into the database with their message. */
const IN_DATABASE_MAX_BYTES = FILE_CHUNK_BYTES
/** Until it is sealed. */
const NO_HASH = new Uint8Array(32)

export async function prepareFile(context: Context, file: OutgoingFile): Promise<PreparedFile> {
  return prepareSource(context, file, sourceOf(file.bytes))
}

export async function prepareSource(
  context: Context,
  file: Omit<OutgoingFile, 'bytes'>,
  source: FileSource,
): Promise<PreparedFile> {
  if (source.size > limits.FILE_MAX_BYTES) {
    throw new IntentError({ code: 'too-large', message: `“${file.name}” is larger than any file can be.` })
  }
  const reference = referenceTo(context, file, source.size)
  if (source.size > IN_DATABASE_MAX_BYTES) return { reference, source }
  const bytes = await source.read(0, source.size).catch(() => {
    throw new IntentError({ code: 'invalid-input', message: `“${file.name}” could not be read.` })
  })
  const { sealed, hash } = await encryptFile(bytes, reference.key)
  return { reference: { ...reference, hash }, source, sealed }
}

function referenceTo(context: Context, file: Omit<OutgoingFile, 'bytes'>, size: number): FileReference {
  const { width, height, waveform } = file
  const thumbnail = waveform ? thumbnailOf(waveform) : file.thumbnail
  return {
    blobId: context.newId() as BlobId,
    name: shownFileName(file.name.slice(0, 255)),
    mediaType: file.mediaType.slice(0, 127),
    size,
    key: createFileKey(context.ports.random),
    hash: NO_HASH,
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    ...(thumbnail ? { thumbnail } : {}),
  }
}

function thumbnailOf({ durationMs, levels }: WaveformView): Uint8Array {
  return encodeWaveform({ durationMs: Math.round(durationMs), levels: Uint8Array.from(levels) })
}

/** Into the store, from its beginning. `onChunk` is told how much is sealed, and may throw to end it. Gives the hash. */
export async function sealInto(
  store: FileStore,
  { blobId, key, size }: Pick<FileReference, 'blobId' | 'key' | 'size'>,
  source: FileSource,
  onChunk: (sealedBytes: number) => void,
): Promise<Uint8Array> {
  const hasher = await FileHasher.create()
  const count = chunkCount(size)
  for (let index = 0; index < count; index += 1) {
    const start = index * FILE_CHUNK_BYTES
    const chunk = await source.read(start, Math.min(size, start + FILE_CHUNK_BYTES))
    const sealed = await encryptChunk(key, index, index === count - 1, chunk)
    hasher.update(sealed)
    await store.write(blobId, index * SEALED_CHUNK_BYTES, sealed)
    onChunk(index * SEALED_CHUNK_BYTES + sealed.length)
  }
  await store.settle(blobId)
  return hasher.digest()
}
