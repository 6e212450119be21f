/** What is said of a channel besides its name: what it is for, and from which entry on who may write. */
import type { ChannelId, Writers } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

export interface About {
  seq: number
  description: string
  writers: Writers
  byModerator: boolean
}

export function saveAbout(database: Database, channelId: ChannelId, about: About): void {
  database.run(
    'INSERT OR REPLACE INTO about (channel_id, seq, description, writers, by_moderator) VALUES (?, ?, ?, ?, ?)',
    [channelId, about.seq, about.description, about.writers, about.byModerator ? 1 : 0],
  )
}

/** The newest that a moderator said; where none did, the newest that anybody said. */
export function readAbout(database: Database, channelId: ChannelId): About | undefined {
  const [row] = database.all(
    'SELECT * FROM about WHERE channel_id = ? ORDER BY by_moderator DESC, seq DESC LIMIT 1',
    [channelId],
  )
  return row && toAbout(row)
}

/** What a moderator had said by then: it holds for the entry of this seq. */
export function readAboutAt(database: Database, channelId: ChannelId, seq: number): About | undefined {
  const [row] = database.all(
    'SELECT * FROM about WHERE channel_id = ? AND by_moderator = 1 AND seq < ? ORDER BY seq DESC LIMIT 1',
    [channelId, seq],
  )
  return row && toAbout(row)
}

/** Whether a moderator has said anything of it. */
export function hasAbout(database: Database, channelId: ChannelId): boolean {
  return readAboutAt(database, channelId, Number.MAX_SAFE_INTEGER) !== undefined
}

function toAbout(row: SqlRow): About {
  return {
    seq: Number(row['seq']),
    description: row['description'] as string,
    writers: row['writers'] as Writers,
    byModerator: row['by_moderator'] === 1,
  }
}

/** Where the server's log has lost what followed (LOG-8). */
export function removeAboutAfter(database: Database, channelId: ChannelId, seq: number): void {
  database.run('DELETE FROM about WHERE channel_id = ? AND seq > ?', [channelId, seq])
}
