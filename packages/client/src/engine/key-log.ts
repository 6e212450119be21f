/**
 * The key log, followed: all entries are read once, in order, the tree is computed here and compared with the server's root, and
 * with the tree that this user's other devices saw. DESIGN: "Safety numbers and QR"; SPEC.md, KL-3 to KL-5. Whose keys are shown
 * is then compared with it (account/logged-keys.ts).
 */
import { CryptoError, decodeKeyLogEntry, MerkleAccumulator } from '@reforms/crypto'
import { decodeCbor, encodeCbor, type UserId } from '@reforms/protocol'
import { TransportLost } from '../ports.ts'
import { learnDeviceLists } from './account/device-lists.ts'
import { checkKeys, noteSuccession } from './account/logged-keys.ts'
import { sameBytes } from './bytes.ts'
import type { Context } from './context.ts'
import {
  clearLoggedKeys,
  readRootAt,
  readStrangers,
  readTree,
  saveLoggedKeys,
  saveTree,
  type LoggedKeys,
} from './tables/key-log.ts'
import { readWarnedAbout } from './tables/warnings.ts'

/** The vault's record of the newest tree that this user's devices saw. */
export const HEAD_RECORD = 'key-log'
const PAGE = 1000
/** About 200 MB: far more than a server has users. */
const ENTRIES_MAX = 1_000_000
/** What several events ask for is read once, and not by everybody at the same moment. */
const GATHER_MS = 300
const SPREAD_MS = 1500
/** The head is written again when it is this old; at once when one's own keys changed. */
const HEAD_AGE_MS = 6 * 60 * 60 * 1000
const STRANGERS_AT_ONCE = 50

const ROOT_WORDS =
  'The server’s log of everybody’s keys does not add up, so it is not trusted. Compare safety numbers with the people you write to, and tell an administrator.'
const HISTORY_WORDS =
  'The server shows another log of everybody’s keys than it did before. If it was restored from a backup, that is why. If not, somebody may have changed keys: compare safety numbers with the people you write to.'
const VAULT_WORDS =
  'The server shows this device another log of everybody’s keys than it showed your other devices. Compare safety numbers with the people you write to, and tell an administrator.'

interface ReadEntry extends LoggedKeys {
  readonly root: Uint8Array
}

interface ReadTree {
  readonly tree: MerkleAccumulator
  readonly entries: ReadEntry[]
  /** It does not begin with the tree that was known here. */
  readonly replaced: boolean
}

interface Head {
  size: number
  root: Uint8Array
  at: number
}

export class KeyLog {
  readonly #context: Context
  readonly #shown = new Set<UserId>()
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
    context.keysShown = (userIds) => this.#later(userIds)
  }

  /** After each connect: the log, then oneself, whom the directory shows otherwise, and of whom something was told before. */
  async bringUpToDate(): Promise<void> {
    const { database } = this.#context
    if (!(await followKeyLog(this.#context))) return
    const strangers = readStrangers(database).slice(0, STRANGERS_AT_ONCE)
    const told = readWarnedAbout(database, 'keys/') as UserId[]
    await learnDeviceLists(this.#context, readWarnedAbout(database, 'documents/') as UserId[])
    for (const userId of [this.#context.requireKeys().userId, ...strangers, ...told]) this.#shown.add(userId)
    await this.#checkShown()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #later(userIds: readonly UserId[]): void {
    for (const userId of userIds) this.#shown.add(userId)
    if (this.#cancel) return
    const afterMs = GATHER_MS + this.#context.fraction() * SPREAD_MS
    this.#cancel = this.#context.ports.clock.after(afterMs, () => {
      this.#cancel = undefined
      if (this.#context.online) void this.#followAndCheck()
    })
  }

  /** Nobody waits for it, so nothing is thrown. The log is read again after the next connect; whose keys could not be checked, once shown again. */
  async #followAndCheck(): Promise<void> {
    try {
      if (await followKeyLog(this.#context)) await this.#checkShown()
    } catch (error) {
      if (error instanceof TransportLost || this.#context.stopped) return
      this.#context.ports.log.warn('the key log was not read', { error: String(error) })
    }
  }

  async #checkShown(): Promise<void> {
    const userIds = [...this.#shown]
    this.#shown.clear()
    await checkKeys(this.#context, userIds, () => followKeyLog(this.#context))
  }
}

/** Reads what is new. Nothing is stored of a tree whose root is not the announced one; then it is said, and false. */
export async function followKeyLog(context: Context): Promise<boolean> {
  return context.serial.run('key-log', async () => {
    // Before the log is read: what other devices saw by now has to be in it.
    const head = readHead(context)
    const read = await readOn(context)
    // Whoever opens this profile next reads it again.
    if (context.stopped) return false
    context.warn('key-log/root', read ? undefined : ROOT_WORDS)
    if (!read) return false
    if (read.replaced) context.warn('key-log/history', HISTORY_WORDS)
    store(context, read)
    const agreed = read.replaced || !head || sameRootAt(context, head)
    context.warn('key-log/vault', agreed ? undefined : VAULT_WORDS)
    if (agreed) offerHead(context, head, read)
    return true
  })
}

/** From where this device stands; where that leads nowhere, all of it anew. */
async function readOn(context: Context): Promise<ReadTree | undefined> {
  const { database } = context
  const known = readTree(database)
  const { size } = known
  const root = known.root()
  const entries = await readEntries(context, known)
  if (entries) return { tree: known, entries, replaced: false }
  if (size === 0) return undefined
  const tree = new MerkleAccumulator()
  const all = await readEntries(context, tree)
  if (!all) return undefined
  const before = all[size - 1]
  if (before && sameBytes(before.root, root)) return { tree, entries: all.slice(size), replaced: false }
  return { tree, entries: all, replaced: true }
}

/** Appends what the server has beyond the tree. Undefined where its entries do not give the root that it announces. */
async function readEntries(context: Context, tree: MerkleAccumulator): Promise<ReadEntry[] | undefined> {
  const entries: ReadEntry[] = []
  for (;;) {
    const page = await context.ports.transport.call('keyLog.read', { from: tree.size, limit: PAGE })
    if (!appendPage(tree, page.entries, entries)) return undefined
    if (tree.size === page.size) return sameBytes(tree.root(), page.root) ? entries : undefined
    if (page.entries.length === 0 || tree.size > page.size || tree.size > ENTRIES_MAX) return undefined
  }
}

function appendPage(tree: MerkleAccumulator, page: readonly Uint8Array[], entries: ReadEntry[]): boolean {
  try {
    for (const bytes of page) {
      const entry = decodeKeyLogEntry(bytes)
      tree.append(bytes)
      entries.push({ ...entry, number: tree.size, root: tree.root() })
    }
    return true
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return false
  }
}

function store(context: Context, { tree, entries, replaced }: ReadTree): void {
  const { database } = context
  if (entries.length === 0 && !replaced) return
  const faults = database.transaction(() => {
    if (replaced) clearLoggedKeys(database)
    const found = entries.flatMap((entry) => {
      const fault = noteSuccession(context, entry)
      saveLoggedKeys(database, entry, entry.root)
      return fault ? [fault] : []
    })
    saveTree(database, tree)
    return found
  })
  for (const { about, words } of faults) context.warn(about, words)
}

function readHead({ database }: Context): Head | undefined {
  const row = database.all('SELECT content FROM vault_record WHERE name = ?', [HEAD_RECORD])[0]
  const head = row && (decodeCbor(row['content'] as Uint8Array) as Partial<Head> | null)
  const { size, root, at } = head ?? {}
  if (typeof size !== 'number' || typeof at !== 'number' || !(root instanceof Uint8Array)) return undefined
  return { size, root, at }
}

function sameRootAt(context: Context, { size, root }: Head): boolean {
  const here = size === 0 ? new MerkleAccumulator().root() : readRootAt(context.database, size)
  return here !== undefined && sameBytes(here, root)
}

/** Tells this user's other devices which tree was seen here (KL-5). Not of every entry: there is one for each change of anybody's. */
function offerHead(context: Context, head: Head | undefined, { tree, entries, replaced }: ReadTree): void {
  const now = context.now()
  const own = entries.some((entry) => entry.userId === context.keys?.userId)
  const old = head !== undefined && head.size < tree.size && now - head.at > HEAD_AGE_MS
  if (head && !replaced && !own && !old) return
  const content: Head = { size: tree.size, root: tree.root(), at: now }
  context.database.transaction(() =>
    context.database.run(
      'INSERT INTO vault_change (name, content) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET content = excluded.content',
      [HEAD_RECORD, encodeCbor({ ...content })],
    ),
  )
  context.pokeVault()
}
