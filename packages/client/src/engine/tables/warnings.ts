/** What this user has to be told about keys, in words. A thing is told once, until it is settled or has been shown long enough. */
import type { Database } from '../../ports.ts'

/** What cannot be settled by looking again (a history that changed) is shown for a week. */
const SHOWN_FOR_MS = 7 * 24 * 60 * 60 * 1000
const CHANNEL = 'channel/'

export function raiseWarning(database: Database, about: string, words: string, now: number): void {
  database.run(
    `INSERT INTO warning (about, words, at) VALUES (?, ?, ?)
     ON CONFLICT (about) DO UPDATE SET words = excluded.words, at = excluded.at`,
    [about, words, now],
  )
}

export function settleWarning(database: Database, about: string): void {
  database.run('DELETE FROM warning WHERE about = ?', [about])
}

export function hasWarning(database: Database, about: string): boolean {
  return database.all('SELECT 1 FROM warning WHERE about = ?', [about]).length > 0
}

/** Without those about one channel, which are shown there. */
export function readWarnings(database: Database, now: number): string[] {
  return database
    .all(
      `SELECT words FROM warning WHERE at > ? AND substr(about, 1, ${CHANNEL.length}) <> '${CHANNEL}' ORDER BY about`,
      [now - SHOWN_FOR_MS],
    )
    .map((row) => row['words'] as string)
}

/** Those of one kind that were raised after a time. */
export function readShown(database: Database, kind: string, after: number): string[] {
  return database
    .all('SELECT words FROM warning WHERE at > ? AND substr(about, 1, ?) = ? ORDER BY about', [
      after,
      kind.length,
      kind,
    ])
    .map((row) => row['words'] as string)
}

/** Whom the standing warnings of one kind are about. */
export function readWarnedAbout(database: Database, kind: string): string[] {
  return database
    .all('SELECT about FROM warning WHERE substr(about, 1, ?) = ?', [kind.length, kind])
    .map((row) => (row['about'] as string).slice(kind.length))
}
