/** A blob's bytes in the blob folder. What is beyond `received` in a file is not known to be right: it is written again. */
import type { BlobId } from '@reforms/protocol'
import { constants } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
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
  try {
    return await open(pathOf(folder, blobId), constants.O_RDONLY)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export async function removeFiles(folder: string, blobIds: readonly BlobId[]): Promise<void> {
  for (const blobId of blobIds) await rm(pathOf(folder, blobId), { force: true })
}
