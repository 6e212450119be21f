/** The FileStore port in Node: in memory, or in a folder beside a database file. */
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreFull, type FileStore } from '../ports.ts'

const BLOB_ID = /^[0-9a-f-]{36}$/

/** Gone with the process. */
export function createMemoryFileStore(): FileStore {
  const files = new Map<string, Uint8Array[]>()
  return {
    write(blobId, position, bytes) {
      const parts = position === 0 ? [] : (files.get(blobId) ?? [])
      files.set(blobId, [...parts, bytes.slice()])
      return Promise.resolve()
    },
    settle: () => Promise.resolve(),
    read(blobId, start, end) {
      const parts = files.get(blobId)
      if (!parts) return Promise.reject(new Error('there is no such file'))
      return Promise.resolve(new Blob([Buffer.concat(parts).subarray(start, end)]))
    },
    remove(blobId) {
      files.delete(blobId)
      return Promise.resolve()
    },
    list: () => Promise.resolve([...files.keys()]),
  }
}

/** Made when the first file is written. */
export function createFolderFileStore(folder: string): FileStore {
  const pathOf = (blobId: string) => {
    if (!BLOB_ID.test(blobId)) throw new Error('not the name of a blob')
    return join(folder, blobId)
  }
  return {
    async write(blobId, position, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await using(await open(pathOf(blobId), position === 0 ? 'w' : 'r+', 0o600), (file) =>
        file.write(bytes, 0, bytes.length, position),
      ).catch(asStoreFull)
    },
    settle: async (blobId) => using(await open(pathOf(blobId), 'r+'), (file) => file.sync()),
    read: async (blobId, start, end) =>
      using(await open(pathOf(blobId), 'r'), async (file) => {
        const bytes = new Uint8Array(end - start)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
        return new Blob([bytes.subarray(0, bytesRead)])
      }),
    remove: (blobId) => rm(pathOf(blobId), { force: true }),
    list: async () => (await readdir(folder).catch(() => [])).filter((name) => BLOB_ID.test(name)),
  }
}

async function using<T extends { close(): Promise<void> }, R>(
  file: T,
  work: (file: T) => Promise<R>,
): Promise<R> {
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

function asStoreFull(cause: unknown): never {
  const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
  throw isFull ? new StoreFull('there is no room', { cause }) : cause
}
