/**
 * The FileStore port in the browser: encrypted files on their way up, each a file in the origin private file system. The leader's
 * worker only. Their keys are in the encrypted database: what lies here says nothing to who has the disk.
 */
import { StoreFull, type FileStore } from '@reforms/client'

/** What the file system has in workers only, and the types of pages leave out. */
interface WritableFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccess>
}

interface SyncAccess {
  write(bytes: Uint8Array, options: { at: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}

/** A worker that has ended holds its files for a moment. */
const FREE_WITHIN_MS = 10_000
const POLL_MS = 50

export function createPrivateFileStore(profile: string): FileStore {
  const folder = `.reforms-files-${profile}`
  let open: { blobId: string; access: SyncAccess } | undefined
  const close = () => {
    open?.access.close()
    open = undefined
  }
  const accessTo = async (blobId: string) => {
    if (open?.blobId === blobId) return open.access
    close()
    const file = await (await folderNamed(folder)).getFileHandle(blobId, { create: true })
    open = { blobId, access: await whenFree(file as WritableFileHandle) }
    return open.access
  }
  return {
    async write(blobId, position, bytes) {
      const access = await accessTo(blobId)
      writeAll(access, position, bytes)
    },
    async settle(blobId) {
      const access = await accessTo(blobId)
      access.flush()
      close()
    },
    async read(blobId, start, end) {
      const handle = await (await folderNamed(folder)).getFileHandle(blobId)
      return (await handle.getFile()).slice(start, end)
    },
    async remove(blobId) {
      if (open?.blobId === blobId) close()
      await (await folderNamed(folder)).removeEntry(blobId).catch(ignoreMissing)
    },
    async list() {
      const names: string[] = []
      for await (const name of (await folderNamed(folder)).keys()) names.push(name)
      return names
    },
  }
}

async function folderNamed(name: string): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true })
}

async function whenFree(file: WritableFileHandle): Promise<SyncAccess> {
  for (const deadline = Date.now() + FREE_WITHIN_MS; ;) {
    try {
      return await file.createSyncAccessHandle()
    } catch (problem) {
      if (!isNamed(problem, 'NoModificationAllowedError') || Date.now() > deadline) throw problem
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}

/** Browsers differ: without room, one throws and another writes less. */
function writeAll(access: SyncAccess, position: number, bytes: Uint8Array): void {
  try {
    if (position === 0) access.truncate(0)
    if (access.write(bytes, { at: position }) === bytes.length) return
  } catch (cause) {
    throw isNamed(cause, 'QuotaExceededError') ? new StoreFull('there is no room', { cause }) : cause
  }
  throw new StoreFull('there is no room')
}

function ignoreMissing(problem: unknown): void {
  if (!isNamed(problem, 'NotFoundError')) throw problem
}

function isNamed(problem: unknown, name: string): boolean {
  return problem instanceof DOMException && problem.name === name
}
