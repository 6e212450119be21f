/**
 * Access to the database's files in the origin private file system, for one worker at a time. The leader's worker only.
 *
 * 1. Who opens the files holds a lock that nobody seizes, from before the first file is opened until after the last is closed.
 * 2. Browsers free the files of a worker that has ended a little after its locks: they are waited for, each on its own.
 * 3. While the pool of files is being set up no folder can be removed: after a failure the pool would clean up by deleting
 *    its folder, with the database in it.
 */
import { platformText } from '../text/platform.ts'

const FILES_LOCK = 'reforms-files'
const FREE_WITHIN_MS = 10_000
const POLL_MS = 50

export class FilesInUse extends Error {
  override readonly name = 'FilesInUse'

  constructor(options?: ErrorOptions) {
    super(platformText.filesInUse, options)
  }
}

/** What the file system has in workers only, and the types of pages leave out. */
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ close(): void }>
}

/** Resolves with a function that gives the files up. Throws FilesInUse. */
export function claimFiles(profile: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(FREE_WITHIN_MS)
    navigator.locks
      .request(`${FILES_LOCK}-${profile}`, { signal }, () => new Promise<void>((release) => resolve(release)))
      .catch((cause: unknown) => reject(new FilesInUse({ cause })))
  })
}

/** Resolves once every file below a folder can be opened. Throws FilesInUse. */
export async function awaitFreeFiles(path: string): Promise<void> {
  const folder = await findFolder(path)
  if (!folder) return
  const deadline = Date.now() + FREE_WITHIN_MS
  for await (const handle of folder.values()) {
    while (handle.kind === 'file' && !(await isFree(handle as FileSystemFileHandle))) {
      if (Date.now() > deadline) throw new FilesInUse()
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}

async function isFree(file: FileSystemFileHandle): Promise<boolean> {
  try {
    const access = await (file as WorkerFileHandle).createSyncAccessHandle()
    access.close()
    return true
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === 'NoModificationAllowedError') return false
    throw problem
  }
}

async function findFolder(path: string): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    let folder = await navigator.storage.getDirectory()
    for (const name of path.split('/').filter(Boolean)) folder = await folder.getDirectoryHandle(name)
    return folder
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === 'NotFoundError') return undefined
    throw problem
  }
}

export async function keepingFolders<T>(work: () => Promise<T>): Promise<T> {
  const { prototype } = FileSystemDirectoryHandle
  const { removeEntry } = prototype
  prototype.removeEntry = function (this: FileSystemDirectoryHandle, name, options) {
    // A single file may go: the pool tries out what the browser can do with one of its own.
    if (!options?.recursive) return removeEntry.call(this, name)
    return Promise.reject(new DOMException('no folder is removed here', 'NotAllowedError'))
  }
  try {
    return await work()
  } finally {
    prototype.removeEntry = removeEntry
  }
}
