/**
 * The vault: what a user's devices share through the server without its being able to read it. Epoch records and read positions
 * are written here in the background and read on every device. DESIGN: "Vault"; SPEC.md, VLT-*.
 */
import {
  CryptoError,
  decodeEpochRecord,
  encodeEpochRecord,
  openVaultRecord,
  sealVaultRecord,
  vaultNameKey,
  vaultRecordId,
} from '@reforms/crypto'
import { decodeCbor, encodeCbor, ProtocolError, type ChannelId, type VaultRecord } from '@reforms/protocol'
import { TransportLost } from '../ports.ts'
import { sameBytes } from './bytes.ts'
import { readWaitingAgain } from './channel/reading.ts'
import { learnFromHistory } from './channel/applying.ts'
import type { Context } from './context.ts'
import { epochName, partsOf, wholeOf } from './epoch-parts.ts'
import { HEAD_RECORD } from './key-log.ts'
import { PERSONAL, takePersonal } from './personal/keeping.ts'
import { readChannel, saveReadSeq } from './tables/channels.ts'
import { markInVault, readEpochsForVault, saveEpoch } from './tables/epochs.ts'
import {
  positionsIn,
  readThreadPosition,
  readThreadPositions,
  saveThreadPosition,
} from './tables/thread-reads.ts'
import { readSetting, VAULT_CURSOR, writeSetting } from './tables/settings.ts'
import { removeVaultChange, replaceVaultChange, saveVaultChange } from './tables/vault-changes.ts'

const BATCH = 50
const PAGE = 500
const GATHER_MS = 300
const RETRY_MS = 5000

export interface VaultChange {
  name: string
  content: Uint8Array
  /** Runs in the transaction that notes that the record is stored. */
  stored: () => void
}

export class Vault {
  readonly #context: Context
  #nameKey: Uint8Array | undefined
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
    context.pokeVault = () => this.poke()
    context.writeAlone = (make) => this.#writeAlone(make)
  }

  /** Writes what has gathered, soon. */
  poke(): void {
    this.#later(GATHER_MS)
  }

  stop(): void {
    this.#cancel?.()
    this.#nameKey = undefined
  }

  #later(afterMs: number): void {
    if (this.#cancel) return
    this.#cancel = this.#context.ports.clock.after(afterMs, () => {
      this.#cancel = undefined
      if (!this.#context.online) return
      void this.write().catch((error: unknown) => {
        this.#context.ports.log.warn('writing the vault failed', { error: String(error) })
      })
    })
  }

  /** Writes everything that is not in the vault yet. What does not go through is tried again. */
  async write(): Promise<void> {
    try {
      await this.#context.serial.run('vault', async () => {
        while (await this.#writeBatch());
      })
    } catch (error) {
      if (!(error instanceof TransportLost) && !(error instanceof ProtocolError)) throw error
      if (!(error instanceof TransportLost)) this.#later(RETRY_MS)
    }
  }

  /** Reads what changed since the cursor. `progress` is told for long reads. */
  async read(progress?: (records: number) => void): Promise<void> {
    await this.#context.serial.run('vault', () => this.#readAll(progress))
  }

  async #readAll(progress?: (records: number) => void): Promise<void> {
    const touched = new Set<ChannelId>()
    let count = 0
    for (;;) {
      const after = Number(readSetting(this.#context.database, VAULT_CURSOR) ?? 0)
      const page = await this.#context.ports.transport.call('vault.read', { after, limit: PAGE })
      for (const channelId of await this.#takeIn(page.records)) touched.add(channelId)
      count += page.records.length
      progress?.(count)
      if (!page.more) break
    }
    for (const channelId of touched) {
      await learnFromHistory(this.#context, channelId)
      await readWaitingAgain(this.#context, channelId)
    }
  }

  async #takeIn(records: readonly VaultRecord[]): Promise<ChannelId[]> {
    const opened = await Promise.all(records.map((record) => this.#open(record)))
    const last = records.at(-1)
    if (!last) return []
    const touched: ChannelId[] = []
    this.#context.database.transaction(() => {
      records.forEach((record, index) => {
        const content = opened[index]
        if (!content) return
        const channelId = this.#tryApply(content.name, content.content, record.version)
        if (channelId) touched.push(channelId)
      })
      writeSetting(this.#context.database, VAULT_CURSOR, last.cursor)
    })
    return touched
  }

  async #open(record: VaultRecord) {
    const keys = new Map(this.#context.requireKeys().vaultKeys.map(({ number, key }) => [number, key]))
    const { id: recordId, version, payload } = record
    try {
      return await openVaultRecord({ keys, recordId, version, payload })
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error
      this.#context.ports.log.warn('a vault record does not open', { code: error.code })
      return undefined
    }
  }

  /** A record that a program of another version wrote wrongly must not keep all others out. */
  #tryApply(name: string, content: Uint8Array, version: number): ChannelId | undefined {
    try {
      return this.#apply(name, content, version)
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error
      this.#context.ports.log.warn('a vault record is malformed', { code: error.code })
      return undefined
    }
  }

  #apply(name: string, content: Uint8Array, version: number): ChannelId | undefined {
    const { database } = this.#context
    const isNews = this.#versionOf(name) < version
    database.run(
      `INSERT INTO vault_record (name, version, content) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET version = excluded.version, content = excluded.content`,
      [name, version, content],
    )
    const [kind, id] = name.split('/')
    if (kind === 'epoch') {
      const whole = wholeOf(database, { name, content })
      if (whole) saveEpoch(database, id as ChannelId, decodeEpochRecord(whole), 'vault')
      return whole && (id as ChannelId)
    }
    if (kind === 'read') {
      const seq = Number(decodeCbor(content))
      saveReadSeq(database, id as ChannelId, seq)
      this.#dropOlderPosition(name, seq)
      this.#context.watches.changed('channels')
    }
    if (kind === PERSONAL) takePersonal(this.#context, name, content)
    if (kind === 'threads') this.#takeThreads(name, id as ChannelId, content)
    if (name === HEAD_RECORD && isNews) this.#compareHead()
    return undefined
  }

  /** What both devices have read is put together; what waits to be written says so too. */
  #takeThreads(name: string, channelId: ChannelId, content: Uint8Array): void {
    const { database, viewCache, watches } = this.#context
    for (const [root, seq] of positionsIn(decodeCbor(content))) {
      viewCache.entryChanged(channelId, root)
      saveThreadPosition(database, channelId, root, seq)
    }
    const together = encodeCbor(readThreadPositions(database, channelId))
    if (sameBytes(together, content)) removeVaultChange(database, name)
    else replaceVaultChange(database, name, together)
    watches.changed('channels', `timeline:${channelId}`)
  }

  /** Another device tells which key log it saw: it is compared before this device's is offered again (KL-5). */
  #compareHead(): void {
    removeVaultChange(this.#context.database, HEAD_RECORD)
    this.#context.keysShown([])
  }

  /** A position that another device has moved further needs no writing from here. */
  #dropOlderPosition(name: string, seq: number): void {
    const { database } = this.#context
    const row = database.all('SELECT content FROM vault_change WHERE name = ?', [name])[0]
    if (!row || Number(decodeCbor(row['content'] as Uint8Array)) > seq) return
    removeVaultChange(database, name)
  }

  async #writeBatch(): Promise<boolean> {
    const changes = [...this.#epochChanges(), ...this.#namedChanges()].slice(0, BATCH)
    if (changes.length === 0) return false
    const written = await Promise.all(changes.map((change) => this.#seal(change)))
    const { conflicts } = await this.#context.ports.transport.call('vault.write', { records: written })
    const conflicting = new Set(conflicts.map((record) => record.id.join()))
    const { database } = this.#context
    database.transaction(() => {
      changes.forEach((change, index) => {
        const record = written[index]
        if (!record || conflicting.has(record.id.join())) return
        this.#noteVersion(change, record.version)
        change.stored()
      })
    })
    await this.#settle(conflicts)
    // Where nothing was stored the next batch would be the same: it is tried again later.
    if (conflicts.length === changes.length) this.#later(RETRY_MS)
    return conflicts.length < changes.length
  }

  /** One record, made when it is its turn, and only if the vault has the version that is known here. */
  #writeAlone(make: () => VaultChange | undefined): Promise<boolean> {
    return this.#context.serial.run('vault', async () => {
      const change = make()
      if (!change) return false
      const record = await this.#seal(change)
      const { conflicts } = await this.#context.ports.transport.call('vault.write', { records: [record] })
      if (conflicts.length > 0) {
        await this.#settle(conflicts)
        return false
      }
      this.#context.database.transaction(() => {
        this.#noteVersion(change, record.version)
        change.stored()
      })
      return true
    })
  }

  #noteVersion(change: VaultChange, version: number): void {
    this.#context.database.run(
      `INSERT INTO vault_record (name, version, content) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET version = excluded.version, content = excluded.content`,
      [change.name, version, change.content],
    )
  }

  /** Another device was first: its record is taken in; what still differs is written again in the next batch. */
  async #settle(conflicts: readonly VaultRecord[]): Promise<void> {
    const opened = await Promise.all(conflicts.map((record) => this.#open(record)))
    this.#context.database.transaction(() => {
      conflicts.forEach((record, index) => {
        const content = opened[index]
        if (content) this.#apply(content.name, content.content, record.version)
      })
    })
  }

  async #seal(change: VaultChange): Promise<{ id: Uint8Array; version: number; payload: Uint8Array }> {
    const keys = this.#context.requireKeys()
    const [first] = [...keys.vaultKeys].sort((a, b) => a.number - b.number)
    const newest = keys.vaultKeys.reduce((a, b) => (b.number > a.number ? b : a))
    this.#nameKey ??= await vaultNameKey((first ?? newest).key)
    const id = await vaultRecordId(this.#nameKey, change.name)
    const version = this.#versionOf(change.name) + 1
    const record = { vaultKey: newest, recordId: id, version, name: change.name, content: change.content }
    return { id, version, payload: await sealVaultRecord(record, this.#context.ports.random) }
  }

  #versionOf(name: string): number {
    const row = this.#context.database.all('SELECT version FROM vault_record WHERE name = ?', [name])[0]
    return Number(row?.['version'] ?? 0)
  }

  #epochChanges(): VaultChange[] {
    const { database } = this.#context
    return readEpochsForVault(database, BATCH).flatMap(({ channelId, record }) => {
      const parts = partsOf({ name: epochName(channelId, record), content: encodeEpochRecord(record) })
      const stored = () => markInVault(database, channelId, record.generation, record.epoch)
      return parts.map((part, index) => ({
        ...part,
        stored: index === parts.length - 1 ? stored : () => undefined,
      }))
    })
  }

  #namedChanges(): VaultChange[] {
    return this.#context.database
      .all('SELECT name, content FROM vault_change LIMIT ?', [BATCH])
      .map((row) => {
        const [name, content] = [row['name'] as string, row['content'] as Uint8Array]
        return {
          name,
          content,
          stored: () =>
            this.#context.database.run('DELETE FROM vault_change WHERE name = ? AND content = ?', [
              name,
              content,
            ]),
        }
      })
  }
}

/** Moves the read position of a thread forwards, here and, in a while, on the user's other devices. */
export function saveThreadRead(context: Context, channelId: ChannelId, root: number, seq: number): void {
  const { database } = context
  if (readThreadPosition(database, channelId, root) >= seq) return
  database.transaction(() => {
    saveThreadPosition(database, channelId, root, seq)
    saveVaultChange(database, `threads/${channelId}`, encodeCbor(readThreadPositions(database, channelId)))
  })
  context.viewCache.entryChanged(channelId, root)
  context.watches.changed('channels', `timeline:${channelId}`)
  context.pokeVault()
}

/** Moves the read position of a channel forwards, here and, in a while, on the user's other devices. */
export function saveReadPosition(context: Context, channelId: ChannelId, seq: number): void {
  const row = readChannel(context.database, channelId)
  if (!row || row.readSeq >= seq) return
  context.database.transaction(() => {
    saveReadSeq(context.database, channelId, seq)
    saveVaultChange(context.database, `read/${channelId}`, encodeCbor(seq))
  })
  context.watches.changed('channels')
  context.pokeVault()
}
