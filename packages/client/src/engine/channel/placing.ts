/**
 * Whether a message stands where its author could have put it: in the epoch that the log was in there, and only once. A server that
 * moves what was said to a later epoch, or tells it again, is not believed. SPEC.md, LOG-18.
 */
import type { ChannelId, ClientId, DeviceId, Entry } from '@reforms/protocol'
import type { Context } from '../context.ts'
import type { Database } from '../../ports.ts'
import { readChannel } from '../tables/channels.ts'
import { readNewestCommitBefore } from '../tables/entries.ts'
import { decodeCommitPayload, epochBegunBy } from './history.ts'

/** Of entries that follow each other: the seqs of those messages that cannot be genuine where they stand. */
export function misplacedOf({ database }: Context, entries: readonly Entry[]): ReadonlySet<number> {
  const first = entries[0]
  const misplaced = new Set<number>()
  let epoch = first && epochBefore(database, first)
  const said = new Set<string>()
  const stored = storedPlaces(database, entries)
  for (const entry of entries) {
    if (entry.kind === 'commit') epoch = epochAfter(entry) ?? epoch
    if (entry.kind !== 'message') continue
    const name = nameOf(entry)
    const elsewhere = epoch !== undefined && epoch !== `${entry.generation}.${entry.epoch}`
    const isStored = stored.get(name)?.some((seq) => seq !== entry.seq) ?? false
    if (elsewhere || said.has(name) || isStored) misplaced.add(entry.seq)
    said.add(name)
  }
  return misplaced
}

function epochAfter(entry: Pick<Entry, 'generation' | 'epoch' | 'payload'>): string | undefined {
  const payload = decodeCommitPayload(entry.payload)
  return payload && `${entry.generation}.${epochBegunBy(entry, payload)}`
}

/** Undefined where the commit that began it is not here, or lies before a gap. */
function epochBefore(database: Database, { channelId, seq }: Entry): string | undefined {
  const commit = readNewestCommitBefore(database, channelId, seq)
  return commit && isJoined(database, channelId, commit.seq, seq) ? epochAfter(commit) : undefined
}

/** What is stored of a log has no gap: counting what lies between would take longer with each message. */
function isJoined(database: Database, channelId: ChannelId, from: number, to: number): boolean {
  const log = readChannel(database, channelId)?.log
  return log !== undefined && from >= log.firstSeq && to <= log.seq + 1
}

function nameOf({ sender, clientId }: Pick<Entry, 'sender' | 'clientId'>): string {
  return `${sender ?? ''}/${clientId}`
}

/** Where messages of these names stand here already: asked once for all, since each question alone costs a look at the file. */
function storedPlaces(database: Database, entries: readonly Entry[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  const [first] = entries
  if (!first) return places
  const names = JSON.stringify(
    entries.filter(({ kind }) => kind === 'message').map(({ clientId }) => clientId),
  )
  const rows = database.all(
    `SELECT e.client_id, e.sender, e.seq FROM json_each(?) named
       CROSS JOIN entry e INDEXED BY entry_by_client ON e.client_id = named.value
     WHERE e.channel_id = ?`,
    [names, first.channelId],
  )
  for (const row of rows) {
    const name = nameOf({ sender: row['sender'] as DeviceId, clientId: row['client_id'] as ClientId })
    places.set(name, [...(places.get(name) ?? []), Number(row['seq'])])
  }
  return places
}
