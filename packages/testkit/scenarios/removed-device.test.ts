import type { Database } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import {
  createSealingKeyPair,
  createSigningKeyPair,
  signDeviceList,
  signSession,
  verifyAccountStatement,
  verifyDeviceList,
} from '@reforms/crypto'
import type { ChannelId, DeviceId, Entry } from '@reforms/protocol'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  codeOf,
  copyDatabase,
  OldState,
  startServer,
  TESTING_PASSWORD,
  TestPerson,
  type TestServer,
} from '../src/index.ts'

const WAIT_MS = 20_000
const random = (length: number) => new Uint8Array(randomBytes(length))

let server: TestServer
let ana: TestPerson
let ben: TestPerson
const databases: Record<'ana' | 'ben', Database> = { ana: openMemoryDatabase(), ben: openMemoryDatabase() }

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register({ ...options, database: databases.ana }, server.setupLink, 'Ana')
  ben = await TestPerson.register({ ...options, database: databases.ben }, await ana.invite(), 'Ben')
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

/** All entries of a channel as the server gives them to one who is in. */
async function entriesFor(database: Database, channelId: ChannelId): Promise<Entry[]> {
  const transport = new OldState(database).transport(server.url)
  const before = Number.MAX_SAFE_INTEGER
  return (await transport.call('log.page', { channelId, before, limit: 200 }, 'http')).entries
}

async function privateChannel(name: string): Promise<ChannelId> {
  const channelId = await ana.createChannel(name, 'private', [await ben.me()])
  await ben.isIn(channelId)
  await ana.say(channelId, `${name}: before`)
  await ben.hears(channelId, `${name}: before`)
  return channelId
}

describe('a device that was removed, with everything it knew', () => {
  let channelId: ChannelId
  let phone: OldState
  let kept: Database

  beforeAll(async () => {
    const database = openMemoryDatabase()
    channelId = await privateChannel('Rota')
    const second = await TestPerson.restore({ serverUrl: server.url, database }, 'Ana', ana.phrase)
    await second.isIn(channelId)
    await second.say(channelId, 'From the phone')
    await ana.hears(channelId, 'From the phone')
    await ben.hears(channelId, 'From the phone')
    kept = copyDatabase(database)
    phone = new OldState(kept)
    await ana.do('device.remove', { deviceId: phone.keys.deviceId, phrase: ana.phrase })
    await second.until('session', {}, (session) => session.state === 'signed-out')
    await second.leave()
    await ben.say(channelId, 'Without the phone')
    await ana.hears(channelId, 'Without the phone')
    await ana.say(channelId, 'Nor will it come back')
    await ben.hears(channelId, 'Nor will it come back')
  })

  it('DIR-10, SES-6: its session is dead, and a new one cannot be bound to it', async () => {
    const again = await TestPerson.open({ serverUrl: server.url, database: copyDatabase(kept) })
    await again.until('session', {}, (session) => session.state === 'signed-out')
    await again.leave()

    const transport = phone.transport(server.url)
    expect(await codeOf(transport.call('log.page', { channelId, before: 100, limit: 10 }, 'http'))).toBe(
      'not-signed-in',
    )
    const session = await transport.call(
      'session.open',
      { userName: 'ana', password: TESTING_PASSWORD, client: 'program' },
      'http',
    )
    const { deviceId } = phone.keys
    const signature = await signSession(phone.keys, session)
    expect(await codeOf(transport.call('session.bind', { deviceId, signature }, 'http'))).toMatch(
      /bad-signature|not-found|forbidden/,
    )
    expect(await codeOf(transport.call('log.page', { channelId, before: 100, limit: 10 }, 'http'))).toBe(
      'session-unbound',
    )
  })

  it('DIR-10: it can sign no device list that the server takes, neither with itself nor with a new device', async () => {
    const transport = phone.transport(server.url)
    await transport.call(
      'session.open',
      { userName: 'ana', password: TESTING_PASSWORD, client: 'program' },
      'http',
    )
    const { userId, deviceId, signature, accountPrivateKey, accountNumber } = phone.keys
    const shown = await transport.call('account.read', { deviceId }, 'http')
    expect(shown.sealedForDevice).toBeUndefined()
    const statement = await verifyAccountStatement(shown.account)
    const list = await verifyDeviceList(shown.devices, statement)
    expect(statement.number).toBe(accountNumber + 1)
    expect(list.devices.map((device) => device.deviceId)).not.toContain(deviceId)
    const device = (id: DeviceId, signatureKey: Uint8Array) => ({
      deviceId: id,
      signatureKey,
      sealingKey: createSealingKeyPair(random).publicKey,
      name: 'Back again',
      addedAt: Date.now(),
    })
    const wanted = [
      device(deviceId, signature.publicKey),
      device(randomUUID() as DeviceId, createSigningKeyPair(random).publicKey),
    ]
    for (const added of wanted) {
      for (const number of [accountNumber, statement.number]) {
        const next = {
          userId,
          number: list.number + 1,
          accountNumber: number,
          devices: [...list.devices, added],
        }
        const devices = await signDeviceList(accountPrivateKey, next)
        const sealedForDevices = [{ deviceId: added.deviceId, sealed: new Uint8Array(80) }]
        expect(await codeOf(transport.call('account.update', { devices, sealedForDevices }, 'http'))).toBe(
          'bad-signature',
        )
      }
    }
  })

  it('DIR-7, EPO-10: it opens nothing that was said afterwards, though it is handed all entries', async () => {
    const entries = await entriesFor(databases.ben, channelId)
    const said = ['Rota: before', 'From the phone', 'Without the phone', 'Nor will it come back']
    expect(await new OldState(databases.ana).read(channelId, entries)).toEqual(said)
    const opened = await phone.read(channelId, entries)
    expect(opened).toContain('From the phone')
    expect(opened).not.toContain('Without the phone')
    expect(opened).not.toContain('Nor will it come back')
  })

  it('DIR-7, VLT-4: it opens no vault record that was written afterwards', async () => {
    const transport = new OldState(databases.ana).transport(server.url)
    const staying = new OldState(databases.ana)
    const deadline = Date.now() + WAIT_MS
    for (;;) {
      const { records } = await transport.call('vault.read', { after: 0, limit: 1000 }, 'http')
      const opened = await Promise.all(records.map(async (record) => phone.opens(record)))
      const all = await Promise.all(records.map(async (record) => staying.opens(record)))
      expect(all.every(Boolean)).toBe(true)
      if (opened.includes(false)) {
        // What was there before it could read before: a removal takes nothing back.
        expect(opened).toContain(true)
        return
      }
      if (Date.now() > deadline) throw new Error('nothing was written to the vault after the removal')
      await sleep(200)
    }
  })
})

describe('a member who was removed', () => {
  it('EPO-10, CH-7: opens nothing that was said afterwards, though all entries are handed over', async () => {
    const channelId = await privateChannel('Accounts')
    const kept = copyDatabase(databases.ben)
    await ana.do('channel.removeMember', { channelId, userId: await ben.me() })
    await ana.say(channelId, 'Now that Ben is out')
    await ana.hears(channelId, 'Now that Ben is out')
    const entries = await entriesFor(databases.ana, channelId)
    expect(await new OldState(databases.ana).read(channelId, entries)).toEqual([
      'Accounts: before',
      'Now that Ben is out',
    ])
    expect(await new OldState(kept).read(channelId, entries)).toEqual(['Accounts: before'])
    expect(await new OldState(databases.ben).read(channelId, entries)).not.toContain('Now that Ben is out')
    const asBen = new OldState(databases.ben).transport(server.url)
    expect(await codeOf(asBen.call('log.page', { channelId, before: 100, limit: 10 }, 'http'))).toMatch(
      /not-found|forbidden/,
    )
  })
})

describe('somebody whose account ends while nobody of the channel is there', () => {
  it('TURN-9: whoever comes back takes their devices out, before anybody writes', async () => {
    const carla = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Carla')
    const carlaId = await carla.me()
    const channelId = await ben.createChannel('Night shift', 'private', [carlaId])
    await carla.isIn(channelId)
    await ben.say(channelId, 'While Carla works here')
    await carla.hears(channelId, 'While Carla works here')
    await carla.leave()
    await ben.leave()
    await ana.do('admin.updateUser', { userId: carlaId, active: false })
    ben = await TestPerson.open({ serverUrl: server.url, database: databases.ben })
    await ben.online()
    const commits = async () => {
      const entries = await entriesFor(databases.ben, channelId)
      return entries.filter(({ kind }) => kind === 'commit').length
    }
    // The founding, Carla's entrance, and her leaving.
    await expect.poll(commits).toBe(3)
    await ben.until('channel', { channelId }, (view) => view?.members.length === 1)
  })
})
