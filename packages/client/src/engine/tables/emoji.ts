/** The organisation's own emoji, as the server last said, with the pictures that are here. */
import type { EmojiId, NamedEmoji } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

const toEmoji = (row: SqlRow): NamedEmoji => ({
  emojiId: row['emoji_id'] as EmojiId,
  name: row['name'] as string,
})

/** Those whose picture is here, by name. */
export function readEmoji(database: Database): NamedEmoji[] {
  return database
    .all('SELECT emoji_id, name FROM emoji WHERE picture IS NOT NULL ORDER BY name, emoji_id')
    .map(toEmoji)
}

export function readPicture(database: Database, emojiId: EmojiId): Uint8Array | undefined {
  const [row] = database.all('SELECT picture FROM emoji WHERE emoji_id = ?', [emojiId])
  return (row?.['picture'] as Uint8Array | null | undefined) ?? undefined
}

export function withoutPicture(database: Database): EmojiId[] {
  return database
    .all('SELECT emoji_id, name FROM emoji WHERE picture IS NULL')
    .map((row) => toEmoji(row).emojiId)
}

/** In the place of all that were there; pictures stay, since none changes. Within a transaction. */
export function saveEmoji(database: Database, emoji: readonly NamedEmoji[]): void {
  const ids = new Set(emoji.map(({ emojiId }) => emojiId))
  const gone = database
    .all('SELECT emoji_id, name FROM emoji')
    .map(toEmoji)
    .filter(({ emojiId }) => !ids.has(emojiId))
  for (const { emojiId } of gone) database.run('DELETE FROM emoji WHERE emoji_id = ?', [emojiId])
  for (const { emojiId, name } of emoji)
    database.run(
      'INSERT INTO emoji (emoji_id, name) VALUES (?, ?) ON CONFLICT (emoji_id) DO UPDATE SET name = excluded.name',
      [emojiId, name],
    )
}

export function savePicture(database: Database, emojiId: EmojiId, picture: Uint8Array): void {
  database.run('UPDATE emoji SET picture = ? WHERE emoji_id = ?', [picture, emojiId])
}
