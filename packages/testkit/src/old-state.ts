/**
 * What somebody can do who kept all that a device knew at one time, its database, and is handed everything that the server has
 * since then. For tests of what a removal is worth. SPEC.md, DIR-7, DIR-10.
 */
import type { Database } from '@reforms/client'
import { createGatewayTransport, type GatewayTransport } from '@reforms/client/adapters'
import { openMemoryDatabase } from '@reforms/client/node'
import {
  applyCommit,
  CryptoError,
  decodeContent,
  decodeEpochRecord,
  decodeGroup,
  decryptMessage,
  MlsRefused,
  openVaultRecord,
  type DeviceIdentity,
  type EpochRecord,
  type MlsGroup,
  type SealingKeyPair,
  type VaultKey,
} from '@reforms/crypto'
import {
  decodeCbor,
  type ChannelId,
  type CommitPayload,
  type Entry,
  type VaultRecord,
} from '@reforms/protocol'

export interface OldKeys extends DeviceIdentity {
  readonly accountNumber: number
  readonly accountPrivateKey: Uint8Array
  readonly sealing: SealingKeyPair
  readonly vaultKeys: VaultKey[]
}

/** All tables with their rows, in memory. Tables that a virtual one keeps its rows in come with it, filled as it fills them. */
export function copyDatabase(from: Database): Database {
  const copy = openMemoryDatabase()
  const objects = from.all(
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
  )
  const kinds = new Map(from.all('PRAGMA table_list').map(({ name, type }) => [name, type]))
  for (const { name, sql } of objects) if (kinds.get(name) !== 'shadow') copy.exec(sql as string)
  for (const { name, type } of objects) {
    if (type === 'table' && kinds.get(name) !== 'virtual') copyRows(from, copy, name as string)
  }
  copy.exec(`PRAGMA user_version = ${Number(from.all('PRAGMA user_version')[0]?.['user_version'])}`)
  return copy
}

function copyRows(from: Database, copy: Database, name: string): void {
  copy.exec(`DELETE FROM ${name}`)
  for (const row of from.all(`SELECT * FROM ${name}`)) {
    const columns = Object.keys(row)
    const places = columns.map(() => '?').join(', ')
    copy.run(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places})`, Object.values(row))
  }
}

export class OldState {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  get keys(): OldKeys {
    const [row] = this.#database.all("SELECT value FROM setting WHERE name = 'keys'")
    return decodeCbor(row?.['value'] as Uint8Array) as OldKeys
  }

  /** Calls the server with the session that this database holds. */
  transport(serverUrl: string): GatewayTransport {
    const token = this.#database.all('SELECT token FROM program_session')[0]?.['token']
    return createGatewayTransport({ baseUrl: serverUrl, ...(typeof token === 'string' ? { token } : {}) })
  }

  /** The texts that open: with every secret that is known, and every one that following the commits gives. */
  async read(channelId: ChannelId, entries: readonly Entry[]): Promise<string[]> {
    const records = this.#records(channelId)
    let group = this.group(channelId)
    const texts: string[] = []
    for (const entry of entries) {
      if (entry.kind === 'commit' && group) {
        const next = this.#own(channelId, entry) ?? (await follow(group, entry))
        if (next) ({ group } = next)
        if (next) records.push(next.record)
      }
      if (entry.kind === 'message') texts.push(...(await this.#open(entry, records)))
    }
    return texts
  }

  async opens(record: VaultRecord): Promise<boolean> {
    const keys = new Map(this.keys.vaultKeys.map(({ number, key }) => [number, key]))
    try {
      await openVaultRecord({ keys, recordId: record.id, version: record.version, payload: record.payload })
      return true
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error
      return false
    }
  }

  #records(channelId: ChannelId): EpochRecord[] {
    return this.#database
      .all('SELECT record FROM epoch WHERE channel_id = ?', [channelId])
      .map((row) => decodeEpochRecord(row['record'] as Uint8Array))
  }

  group(channelId: ChannelId): MlsGroup | undefined {
    const [row] = this.#database.all('SELECT group_state FROM channel WHERE channel_id = ?', [channelId])
    const state = row?.['group_state']
    return state instanceof Uint8Array ? decodeGroup(state) : undefined
  }

  /** What one's own commit leads to, where it is kept and the log has it. */
  #own(channelId: ChannelId, { clientId }: Entry): { group: MlsGroup; record: EpochRecord } | undefined {
    const [row] = this.#database.all(
      'SELECT group_state, record FROM pending_commit WHERE channel_id = ? AND client_id = ?',
      [channelId, clientId],
    )
    if (!row) return undefined
    const group = decodeGroup(row['group_state'] as Uint8Array)
    return { group, record: decodeEpochRecord(row['record'] as Uint8Array) }
  }

  async #open(entry: Entry, records: readonly EpochRecord[]): Promise<string[]> {
    const { channelId, generation, sender, clientId, relatesTo, notify, payload } = entry
    const signer = this.#database.all('SELECT signature_key FROM leaf_change WHERE device_id = ?', [
      sender ?? '',
    ])[0]
    if (!payload || !sender || !signer) return []
    const signerPublicKey = signer['signature_key'] as Uint8Array
    const place = {
      channelId,
      generation,
      deviceId: sender,
      clientId,
      relatesTo,
      notify,
      payload,
      signerPublicKey,
    }
    for (const { secret: epochSecret, epochId } of records) {
      const content = await orNothing(decryptMessage({ ...place, epochSecret, epochId }))
      const decoded = content && decodeContent(content)
      if (decoded?.type === 'text') return [decoded.text]
    }
    return []
  }
}

async function follow(group: MlsGroup, { payload }: Entry) {
  const decoded = payload && (decodeCbor(payload) as CommitPayload)
  if (decoded?.type !== 'commit') return undefined
  const outcome = await orNothing(applyCommit({ group, commit: decoded.commit }))
  return outcome?.kind === 'removed' ? undefined : outcome
}

async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CryptoError || error instanceof MlsRefused) return undefined
    throw error
  }
}
