import {
  createSigningKeyPair,
  decodeKeyLogEntry,
  encodeKeyLogEntry,
  hashDocument,
  MerkleAccumulator,
  signAccountStatement,
  signDeviceList,
  type KeyLogEntry,
} from '@reforms/crypto'
import { decodeCbor, encodeCbor, type UserId, type UserDocuments, type UserSummary } from '@reforms/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase, silentLog, systemClock, systemRandom } from '../node/index.ts'
import { createMemoryFileStore } from '../node/file-store.ts'
import type { Ports, Transport } from '../ports.ts'
import { learnDocuments } from './account/device-lists.ts'
import { checkKeys } from './account/logged-keys.ts'
import { Context, type OwnKeys } from './context.ts'
import { prepareDatabase } from './database-schema.ts'
import { followKeyLog, HEAD_RECORD, KeyLog } from './key-log.ts'
import { readNewestKeys, readTree } from './tables/key-log.ts'
import { savePerson } from './tables/people.ts'
import { readWarnings } from './tables/warnings.ts'

const me = '0193d7c0-0000-7000-8000-000000000001' as UserId
const ben = '0193d7c0-0000-7000-8000-000000000002' as UserId

/** A user with keys of their own, and the entry that their present documents make. */
class Account {
  readonly identity = createSigningKeyPair(systemRandom)
  readonly userId: UserId
  #account = createSigningKeyPair(systemRandom)
  #accountNumber = 1
  #listNumber = 0

  constructor(userId: UserId) {
    this.userId = userId
  }

  renew(): void {
    this.#account = createSigningKeyPair(systemRandom)
    this.#accountNumber += 1
  }

  async publish(): Promise<{ documents: UserDocuments; entry: KeyLogEntry }> {
    this.#listNumber += 1
    const { userId, identity } = this
    const account = await signAccountStatement(identity, {
      userId,
      number: this.#accountNumber,
      accountKey: this.#account.publicKey,
      recoveryKey: new Uint8Array(32).fill(9),
    })
    const list = { userId, number: this.#listNumber, accountNumber: this.#accountNumber, devices: [] }
    const devices = await signDeviceList(this.#account.privateKey, list)
    const entry = {
      userId,
      identityKey: identity.publicKey,
      accountKey: this.#account.publicKey,
      accountNumber: this.#accountNumber,
      deviceListNumber: this.#listNumber,
      deviceListHash: hashDocument(devices),
    }
    return { documents: { userId, account, devices }, entry }
  }

  get summary(): UserSummary {
    const { userId, identity } = this
    return {
      userId,
      userName: 'ben',
      displayName: 'Ben',
      role: 'member',
      active: true,
      identityKey: identity.publicKey,
      createdAt: 1,
    }
  }
}

/** A key log as a server keeps it, and what its directory shows. */
class Shown {
  log: Uint8Array[] = []
  page = 1000
  /** What the server says instead of the truth. */
  root: Uint8Array | undefined
  users: UserSummary[] = []
  documents: UserDocuments[] = []

  add(entry: KeyLogEntry): void {
    this.log.push(encodeKeyLogEntry(entry))
  }

  readonly transport = {
    call: async (operation: string, input: { from: number }) => {
      if (operation === 'directory.read') return { users: this.users, documents: this.documents }
      const tree = new MerkleAccumulator()
      for (const entry of this.log) tree.append(entry)
      const entries = this.log.slice(input.from, input.from + this.page)
      return { size: tree.size, root: this.root ?? tree.root(), entries }
    },
  } as unknown as Transport
}

let shown: Shown
let context: Context
let mine: Account

const follow = () => followKeyLog(context)
const warnings = () => readWarnings(context.database, Date.now())

function startDevice(other: Partial<Ports> = {}): Context {
  const database = openMemoryDatabase()
  prepareDatabase(database)
  const ports: Ports = {
    database,
    transport: shown.transport,
    files: createMemoryFileStore(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    client: 'program',
    ...other,
  }
  const device = new Context(ports)
  device.keys = { userId: me, identityKey: mine.identity.publicKey, accountNumber: 1 } as OwnKeys
  return device
}

function filler(index: number): KeyLogEntry {
  const userId = `0193d7c0-0000-7000-8000-${String(100 + index).padStart(12, '0')}` as UserId
  const key = new Uint8Array(32).fill((index % 250) + 1)
  const numbers = { accountNumber: 1, deviceListNumber: 1 }
  return { userId, identityKey: key, accountKey: key, ...numbers, deviceListHash: key }
}

beforeEach(() => {
  shown = new Shown()
  mine = new Account(me)
  context = startDevice()
})

describe('following the key log', () => {
  it('says that it could not be read or stored, and throws nothing that nobody waits for', async () => {
    const clock = { ...systemClock, after: (_ms: number, work: () => void) => systemClock.after(0, work) }
    const said: string[] = []
    const log = { ...silentLog, warn: (message: string) => void said.push(message) }
    context = startDevice({ clock, log })
    context.setConnection({ state: 'online' })
    const following = new KeyLog(context)
    shown.add(filler(0))
    context.database.exec('DROP TABLE key_log_entry')
    context.keysShown([])
    await expect.poll(() => said).toEqual(['the key log was not read'])
    following.stop()
  })

  it('KL-3: reads any log in pages, in whatever steps it grows, to the same root', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, page) => {
          shown = new Shown()
          shown.page = page
          context = startDevice()
          const tree = new MerkleAccumulator()
          for (const step of steps) {
            for (let i = 0; i < step; i += 1) shown.add(filler(shown.log.length))
            await follow()
          }
          for (const entry of shown.log) tree.append(entry)
          expect(readTree(context.database).root()).toEqual(tree.root())
          expect(warnings()).toEqual([])
        },
      ),
      { numRuns: 20 },
    )
  })

  it('KL-3: stores nothing of a log that does not give the announced root, and takes it once it does', async () => {
    shown.add(filler(0))
    shown.root = new Uint8Array(32)
    await follow()
    expect(warnings().join()).toContain('does not add up')
    expect(readTree(context.database).size).toBe(0)
    shown.root = undefined
    await follow()
    expect(warnings()).toEqual([])
    expect(readTree(context.database).size).toBe(1)
  })

  it('KL-2: tells of a log that was cut short or rewritten, and not of one that lied once and is whole again', async () => {
    for (let i = 0; i < 5; i += 1) shown.add(filler(i))
    await follow()
    const whole = shown.log
    shown.log = whole.slice(0, 3)
    await follow()
    expect(warnings().join()).toContain('another log of everybody’s keys than it did before')
    shown.log = [encodeKeyLogEntry(filler(9)), ...whole.slice(1)]
    await follow()
    expect(readNewestKeys(context.database, filler(9).userId)?.number).toBe(1)
    expect(readNewestKeys(context.database, filler(0).userId)).toBeUndefined()
  })

  it('KL-5: a new device compares with the tree that the vault knows, and the older one with the newer', async () => {
    for (let i = 0; i < 4; i += 1) shown.add(filler(i))
    await follow()
    const [change] = context.database.all('SELECT content FROM vault_change WHERE name = ?', [HEAD_RECORD])
    const head = change?.['content'] as Uint8Array
    expect(decodeCbor(head)).toMatchObject({ size: 4 })
    const keepHead = (content: Uint8Array) =>
      context.database.run('INSERT INTO vault_record VALUES (?, 1, ?)', [HEAD_RECORD, content])

    context = startDevice()
    keepHead(head)
    shown.add(filler(5))
    await follow()
    expect(warnings()).toEqual([])

    context = startDevice()
    keepHead(head)
    shown.log[1] = encodeKeyLogEntry(filler(7))
    await follow()
    expect(warnings().join()).toContain('than it showed your other devices')
    expect(context.database.all('SELECT * FROM vault_change')).toEqual([])

    context = startDevice()
    keepHead(encodeCbor({ size: 60, root: new Uint8Array(32), at: 1 }))
    await follow()
    expect(warnings().join()).toContain('than it showed your other devices')
  })

  it('KL-4: tells of entries of one’s own that go back or give a number to another key', async () => {
    const { entry } = await mine.publish()
    shown.add(entry)
    await follow()
    expect(warnings()).toEqual([])
    shown.add({ ...entry, accountKey: new Uint8Array(32).fill(3), deviceListNumber: 2 })
    await follow()
    expect(warnings().join()).toContain('a change of your keys that none of your devices made')
  })
})

describe('comparing what is shown with the key log', () => {
  it('KL-4: tells of another identity of one’s own', async () => {
    shown.add((await mine.publish()).entry)
    await follow()
    await checkKeys(context, [me], follow)
    expect(warnings()).toEqual([])
    const impostor = new Account(me)
    const forged = await impostor.publish()
    shown.add(forged.entry)
    shown.documents = [forged.documents]
    await checkKeys(context, [me], follow)
    await follow()
    await checkKeys(context, [me], follow)
    expect(warnings().join()).toContain('keys for your account that are not those of this device')
  })

  it('KL-4: tells of documents that are not in the log, or older than it says, and settles what is mended', async () => {
    const account = new Account(ben)
    const [first, second, unlogged] = [
      await account.publish(),
      await account.publish(),
      await account.publish(),
    ]
    shown.add(first.entry)
    shown.add(second.entry)
    shown.users = [account.summary]
    savePerson(context.database, account.summary)
    await follow()
    const show = async (documents: UserDocuments) => {
      shown.documents = [documents]
      await learnDocuments(context, shown.documents)
      await checkKeys(context, [ben], follow)
    }
    await show(second.documents)
    expect(warnings()).toEqual([])
    await show(first.documents)
    expect(warnings().join()).toContain('older keys and devices of Ben')
    await show(second.documents)
    expect(warnings()).toEqual([])
    await show(unlogged.documents)
    expect(warnings().join()).toContain('keys of Ben that differ from its log')
    shown.add(unlogged.entry)
    await show(unlogged.documents)
    expect(warnings()).toEqual([])
  })

  it('KL-4: takes a document that is newer than what was read of the log so far', async () => {
    const account = new Account(ben)
    shown.add((await account.publish()).entry)
    await follow()
    account.renew()
    const next = await account.publish()
    shown.add(next.entry)
    shown.users = [account.summary]
    shown.documents = [next.documents]
    await learnDocuments(context, shown.documents)
    await checkKeys(context, [ben], follow)
    expect(warnings()).toEqual([])
    expect(decodeKeyLogEntry(shown.log[1]!).accountNumber).toBe(2)
    expect(readNewestKeys(context.database, ben)?.accountNumber).toBe(2)
  })

  it('DIR-1: documents that do not verify, or are another’s, are not used', async () => {
    const { documents } = await new Account(ben).publish()
    await learnDocuments(context, [{ ...documents, userId: me }])
    expect(context.deviceLists.size).toBe(0)
    expect(warnings().join()).toContain('that do not verify')
    const other = await new Account(ben).publish()
    await learnDocuments(context, [{ ...documents, devices: other.documents.devices }])
    expect(context.deviceLists.size).toBe(0)
  })
})
