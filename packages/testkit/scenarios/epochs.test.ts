import { openMemoryDatabase } from '@reforms/client/node'
import type { Database } from '@reforms/client'
import {
  decodeEpochRecord,
  openEnvelope,
  openHistory,
  openVaultRecord,
  sealEnvelope,
  verifyAccountStatement,
  verifyDeviceList,
  type EnvelopeBody,
  type EpochRecord,
} from '@reforms/crypto'
import { decodeCbor, type ChannelId, type CommitPayload, type UserId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyDatabase, OldState, startServer, TestPerson, type TestServer } from '../src/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const WAIT_MS = 20_000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
const anas = openMemoryDatabase()
const bens = openMemoryDatabase()

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register({ ...options, database: anas }, server.setupLink, 'Ana')
  ben = await TestPerson.register({ ...options, database: bens }, await ana.invite(), 'Ben')
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

function recordsOf(database: Database, channelId: ChannelId): EpochRecord[] {
  return database
    .all('SELECT record FROM epoch WHERE channel_id = ? ORDER BY generation, epoch', [channelId])
    .map((row) => decodeEpochRecord(row['record'] as Uint8Array))
}

interface CommitRow {
  epoch: number
  payload: CommitPayload
}

function commitsOf(database: Database, channelId: ChannelId): CommitRow[] {
  return database
    .all("SELECT epoch, payload FROM entry WHERE channel_id = ? AND kind = 'commit' ORDER BY seq", [
      channelId,
    ])
    .map((row) => ({
      epoch: Number(row['epoch']),
      payload: decodeCbor(row['payload'] as Uint8Array) as CommitPayload,
    }))
}

async function inBoth(name: string, kind: 'public' | 'private'): Promise<ChannelId> {
  const channelId = await ana.createChannel(name, kind, [await ben.me()])
  await ben.isIn(channelId)
  await both(channelId, `${name} begins`)
  return channelId
}

/** Ana says it, and both have it. */
async function both(channelId: ChannelId, text: string): Promise<void> {
  await ana.say(channelId, text)
  await Promise.all([ana.hears(channelId, text), ben.hears(channelId, text)])
}

async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what} did not come`)
    await sleep(100)
  }
}

describe('epoch records', () => {
  it('EPO-2: whoever processed a commit keeps its record, the same for all, and writes it to the vault', async () => {
    const channelId = await inBoth('Records', 'private')
    const [kept, own] = [recordsOf(bens, channelId), recordsOf(anas, channelId)]
    const newest = kept.at(-1) as EpochRecord
    expect(own.at(-1)).toMatchObject({ ...newest, added: expect.anything() as never })
    expect(own.map(({ epoch }) => epoch)).toEqual([0, 1])
    const { deviceId } = new OldState(bens).keys
    expect(own[1]?.added.map((leaf) => leaf.deviceId)).toEqual([deviceId])
    expect([newest.generation, newest.epochId.length, newest.secret.length]).toEqual([1, 16, 32])

    await ana.do('channel.removeMember', { channelId, userId: await ben.me() })
    await ana.say(channelId, 'Without Ben')
    await ana.hears(channelId, 'Without Ben')
    expect(recordsOf(anas, channelId)[2]?.removed.map((leaf) => leaf.deviceId)).toEqual([deviceId])

    const name = `epoch/${channelId}/1/2`
    const written = await eventually('the record in the vault', () => inVault(name))
    expect(decodeEpochRecord(written)).toEqual(recordsOf(anas, channelId)[2])
  })

  it('EPO-3: an epoch is renewed by whoever sends once it is a day old, and by nobody before or without sending', async () => {
    const channelId = await inBoth('Renewal', 'private')
    const commits = () => commitsOf(anas, channelId).length
    const before = commits()
    const age = (byMs: number) =>
      anas.run("UPDATE entry SET at = at - ? WHERE channel_id = ? AND kind = 'commit'", [byMs, channelId])
    age(DAY_MS - WAIT_MS * 3)
    await both(channelId, 'Not a day yet')
    expect(commits()).toBe(before)
    age(WAIT_MS * 4)
    await ben.say(channelId, 'Ben has not been told that a day is over')
    await ana.hears(channelId, 'Ben has not been told that a day is over')
    await sleep(3000)
    expect(commits()).toBe(before)
    await both(channelId, 'A day later')
    expect(commits()).toBe(before + 1)
    expect(commitsOf(anas, channelId).at(-1)?.epoch).toBe(before - 1)
    await both(channelId, 'And no second time')
    expect(commits()).toBe(before + 1)
  })

  it('EPO-3: an epoch is renewed after 5,000 entries', async () => {
    const channelId = await inBoth('Many', 'private')
    const before = commitsOf(anas, channelId).length
    const lowerBy = (entries: number) =>
      anas.run("UPDATE entry SET seq = seq - ? WHERE channel_id = ? AND kind = 'commit'", [
        entries,
        channelId,
      ])
    lowerBy(4900)
    await both(channelId, 'Not so many yet')
    expect(commitsOf(anas, channelId)).toHaveLength(before)
    lowerBy(101)
    await both(channelId, 'So many')
    expect(commitsOf(anas, channelId)).toHaveLength(before + 1)
  })
})

/** The content of a record of Ana's vault. */
async function inVault(name: string): Promise<Uint8Array | undefined> {
  const state = new OldState(anas)
  const keys = new Map(state.keys.vaultKeys.map(({ number, key }) => [number, key]))
  const { records } = await state.transport(server.url).call('vault.read', { after: 0, limit: 1000 }, 'http')
  for (const { id: recordId, version, payload } of records) {
    const opened = await openVaultRecord({ keys, recordId, version, payload })
    if (opened.name === name) return opened.content
  }
  return undefined
}

describe('the history rule', () => {
  it('EPO-4: under `all` a commit carries the records before it, for whoever has the new secret', async () => {
    const channelId = await inBoth('Open', 'public')
    const records = recordsOf(anas, channelId)
    const [commit] = commitsOf(anas, channelId).slice(1)
    const sealed = commit?.payload.history as Uint8Array
    const [first, second] = records as [EpochRecord, EpochRecord]
    const place = { channelId, generation: 1, epochId: second.epochId }
    expect(await openHistory(second.secret, place, sealed)).toEqual([first])
    await expect(openHistory(first.secret, place, sealed)).rejects.toMatchObject({ code: 'tag' })
  })

  it('EPO-4: under `joining` no commit carries any', async () => {
    const channelId = await inBoth('Closed', 'private')
    const commits = commitsOf(anas, channelId)
    expect(commits).toHaveLength(2)
    for (const { payload } of commits) expect(payload.history).toBeUndefined()
  })
})

describe('a request for records', () => {
  /** Asks Ana as somebody whose program does not run, and gives the epochs of all that is answered. */
  async function askAna(database: Database, channelId: ChannelId, epochs: number[]): Promise<number[]> {
    const state = new OldState(database)
    const transport = state.transport(server.url)
    const [recipient] = await listedDevices(database, await ana.me())
    if (!recipient) throw new Error('Ana has no device')
    const wanted = epochs.map((epoch) => ({ generation: 1, epoch }))
    const body: EnvelopeBody = { type: 'history-request', channelId, epochs: wanted }
    const payload = await sealEnvelope({ recipient, sender: state.keys, body })
    await transport.call('mailbox.send', { envelopes: [{ deviceId: recipient.deviceId, payload }] }, 'http')
    const given = new Set<number>()
    const look = async () => {
      const { envelopes } = await transport.call('mailbox.read', { after: 0, limit: 50 }, 'http')
      for (const { kind, payload: sealed } of envelopes) {
        if (kind === 'sealed') for (const epoch of await epochsIn(database, sealed)) given.add(epoch)
      }
      return given.has(Math.max(...epochs)) ? given : undefined
    }
    await eventually('an answer', look)
    // What had been asked before may be answered first.
    await sleep(1000)
    await look()
    return [...given].sort((a, b) => a - b)
  }

  async function epochsIn(database: Database, sealed: Uint8Array): Promise<number[]> {
    const { body } = await openEnvelope({
      recipient: new OldState(database).keys,
      sealed,
      findSignatureKey: async ({ userId }) => (await listedDevices(database, userId))[0]?.signatureKey,
    })
    return body.type === 'history' ? body.records.map((record) => decodeEpochRecord(record).epoch) : []
  }

  async function listedDevices(database: Database, userId: UserId) {
    const transport = new OldState(database).transport(server.url)
    const { documents } = await transport.call('directory.read', { userIds: [userId] }, 'http')
    const [shown] = documents
    if (!shown) throw new Error('no documents')
    const list = await verifyDeviceList(shown.devices, await verifyAccountStatement(shown.account))
    return list.devices
  }

  async function carlaIn(name: string, kind: 'public' | 'private', history?: 'invited') {
    const database = openMemoryDatabase()
    const options = { serverUrl: server.url, database }
    const carla = await TestPerson.register(options, await ana.invite(), `Carla ${name}`)
    const channelId = await inBoth(name, kind)
    if (history) {
      await ana.do('channel.changePolicy', { channelId, history })
      await ana.until('channel', { channelId }, (channel) => channel?.history === history)
    }
    if (kind === 'public') await carla.join(channelId)
    else await ana.do('channel.addMembers', { channelId, people: [await carla.me()] })
    await carla.isIn(channelId)
    await both(channelId, 'With Carla')
    await carla.hears(channelId, 'With Carla')
    await carla.leave()
    return { channelId, database: copyDatabase(database), cameIn: recordsOf(anas, channelId).at(-1)!.epoch }
  }

  it('EPO-8: is answered for the epochs that the user was in, and for no other', async () => {
    const { channelId, database, cameIn } = await carlaIn('Asked', 'private')
    expect(cameIn).toBeGreaterThan(1)
    expect(await askAna(database, channelId, [0, 1, cameIn])).toEqual([cameIn])
  })

  it('EPO-12: is answered under `invited` from the first epoch after the notice on, and for none before', async () => {
    const { channelId, database, cameIn } = await carlaIn('Asked since', 'private', 'invited')
    expect(await askAna(database, channelId, [cameIn - 2, cameIn - 1, cameIn])).toEqual([cameIn])
  })

  it('EPO-8: is answered for every epoch to any member under the history rule `all`', async () => {
    const { channelId, database, cameIn } = await carlaIn('Asked by anybody', 'public')
    expect(await askAna(database, channelId, [0, 1, cameIn])).toEqual([0, 1, cameIn])
  })
})
