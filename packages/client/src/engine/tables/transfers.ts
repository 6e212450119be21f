/**
 * Files of messages in the outbox that are too large for the database: how far each has come on its way. Their sealed bytes lie in
 * the FileStore port. Small ones are in uploads.ts.
 */
import type { BlobId, ChannelId, ClientId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'

export interface Transfer {
  blobId: BlobId
  clientId: ClientId
  channelId: ChannelId
  /** Of the sealed file. */
  size: number
  /** `sealing`: what is in the store is not whole. `ready`: it goes up. `paused`: by the user. `done`: the server has it. */
  state: 'sealing' | 'ready' | 'paused' | 'done'
  /** Bytes that the server is known to have. */
  received: number
}

function toTransfer(row: SqlRow): Transfer {
  return {
    blobId: row['blob_id'] as BlobId,
    clientId: row['client_id'] as ClientId,
    channelId: row['channel_id'] as ChannelId,
    size: Number(row['size']),
    state: row['state'] as Transfer['state'],
    received: Number(row['received']),
  }
}

export function addTransfer(
  database: Database,
  { blobId, clientId, channelId, size }: Pick<Transfer, 'blobId' | 'clientId' | 'channelId' | 'size'>,
): void {
  database.run(
    "INSERT INTO transfer (blob_id, client_id, channel_id, size, state, received) VALUES (?, ?, ?, ?, 'sealing', 0)",
    [blobId, clientId, channelId, size],
  )
}

export function readTransfer(database: Database, blobId: string): Transfer | undefined {
  return database.all('SELECT * FROM transfer WHERE blob_id = ?', [blobId]).map(toTransfer)[0]
}

/** In the order of the message's files. */
export function readTransfersOf(database: Database, clientId: ClientId): Transfer[] {
  return database
    .all('SELECT * FROM transfer WHERE client_id = ? ORDER BY blob_id', [clientId])
    .map(toTransfer)
}

export function readUnsealed(database: Database): Transfer[] {
  return database.all("SELECT * FROM transfer WHERE state = 'sealing' ORDER BY blob_id").map(toTransfer)
}

/** The one to go up next, of the message that was sent first; none of those that are held. */
export function readNextTransfer(
  database: Database,
  held: { has(blobId: BlobId): boolean },
): Transfer | undefined {
  return database
    .all(
      `SELECT transfer.* FROM transfer JOIN outbox USING (client_id)
       WHERE transfer.state = 'ready' AND outbox.state <> 'failed' ORDER BY outbox.number, blob_id`,
    )
    .map(toTransfer)
    .find(({ blobId }) => !held.has(blobId))
}

/** Whose bytes the store must keep. */
export function listStored(database: Database): Set<string> {
  const rows = database.all("SELECT blob_id FROM transfer WHERE state <> 'done'")
  return new Set(rows.map((row) => row['blob_id'] as string))
}

export function saveTransferState(database: Database, blobId: BlobId, state: Transfer['state']): void {
  database.run('UPDATE transfer SET state = ? WHERE blob_id = ?', [state, blobId])
}

export function saveReceived(database: Database, blobId: BlobId, received: number): void {
  database.run('UPDATE transfer SET received = ? WHERE blob_id = ?', [received, blobId])
}

/** Stops or starts all of a message's files that are on their way. */
export function pauseTransfers(database: Database, clientId: ClientId, paused: boolean): void {
  const [from, to] = paused ? ['ready', 'paused'] : ['paused', 'ready']
  database.run('UPDATE transfer SET state = ? WHERE client_id = ? AND state = ?', [to, clientId, from])
}
