/** What this user has to be told about keys, in words. A thing is told once, until it is settled or has been shown long enough. */
import type { Database } from '../../ports.ts'

/** What cannot be settled by looking again (a history that changed) is shown for a week. */
const SHOWN_FOR_MS = 7 * 24 * 60 * 60 * 1000

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

export function readWarnings(database: Database, now: number): string[] {
  return database
    .all('SELECT words FROM warning WHERE at > ? ORDER BY about', [now - SHOWN_FOR_MS])
    .map((row) => row['words'] as string)
}

/** Whom the standing warnings of one kind are about. */
export function readWarnedAbout(database: Database, kind: string): string[] {
  return database
    .all('SELECT about FROM warning WHERE substr(about, 1, ?) = ?', [kind.length, kind])
    .map((row) => (row['about'] as string).slice(kind.length))
}
