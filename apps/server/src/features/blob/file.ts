/** A blob's bytes in the blob folder. What is beyond `received` in a file is not known to be right: it is written again. */
import { isUuid, type BlobId } from '@reforms/protocol'
import { constants } from 'node:fs'
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** One folder for each two last digits: the first ones are a time. */
function pathOf(folder: string, blobId: BlobId): string {
  return join(folder, blobId.slice(-2), blobId)
}

/** A new file's name has to reach the disk as well. Windows has no such call, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Made where it is missing. The caller closes it. */
export async function openForWriting(folder: string, blobId: BlobId): Promise<FileHandle> {
  const path = pathOf(folder, blobId)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    await syncFolder(dirname(path))
    await syncFolder(folder)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Undefined where there is none. */
export async function openForReading(folder: string, blobId: BlobId): Promise<FileHandle | undefined> {
  return open(pathOf(folder, blobId), constants.O_RDONLY).catch(ifMissing(undefined))
}

export async function removeFiles(folder: string, blobIds: readonly BlobId[]): Promise<void> {
  for (const blobId of blobIds) await rm(pathOf(folder, blobId), { force: true })
}

/** Of a folder of blobs: what is named otherwise is not ours. */
const TWO_DIGITS = /^[0-9a-f]{2}$/
const LISTED_AT_ONCE = 500

/** All, some at a time. */
export async function* listFiles(folder: string): AsyncGenerator<BlobId[]> {
  for (const inner of await namesIn(folder)) {
    if (!TWO_DIGITS.test(inner)) continue
    const names = (await namesIn(join(folder, inner))).filter(isUuid) as BlobId[]
    for (let at = 0; at < names.length; at += LISTED_AT_ONCE) yield names.slice(at, at + LISTED_AT_ONCE)
  }
}

/** None where there is no such folder yet. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(ifMissing<string[]>([]))
}

/** For what a file system answers: something else where there is no such file. */
export function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead
    throw error
  }
}
