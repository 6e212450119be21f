/**
 * Where PostgreSQL's Unix socket lies: a folder that only this user may enter. Socket paths are limited to about 107
 * bytes, so for a deep data folder it is made in the temporary folder and written down in the data folder.
 */
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What macOS allows, which is less than Linux does. */
const SOCKET_PATH_MAX_BYTES = 103
const SOCKET_NAME = '.s.PGSQL.5432'

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES
}

export function socketFolder(dataFolder: string): string {
  const near = join(dataFolder, 'run')
  if (fits(near)) {
    mkdirSync(near, { recursive: true, mode: 0o700 })
    return near
  }
  const note = join(dataFolder, 'socket-folder')
  const noted = readNote(note)
  if (noted !== undefined && isOurs(noted)) return noted
  const made = mkdtempSync(join(fits(join(tmpdir(), 'reforms-XXXXXX')) ? tmpdir() : '/tmp', 'reforms-'))
  writeFileSync(note, made, { mode: 0o600 })
  return made
}

function readNote(note: string): string | undefined {
  try {
    return readFileSync(note, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** A folder in /tmp that somebody else could have put there under the old name is not used. */
function isOurs(folder: string): boolean {
  try {
    const facts = lstatSync(folder)
    return facts.isDirectory() && facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0
  } catch {
    return false
  }
}
