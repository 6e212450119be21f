import { openMemoryDatabase } from '@reforms/client/node'
import { createSigningKeyPair, signAccountStatement, signDeviceList } from '@reforms/crypto'
import type { Output, UserId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lying, LyingServer, startServer, TestPerson, type Lies, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let phrase: string
let ben: TestPerson
let benId: UserId
/** Ben's documents of before he took a device out with his phrase, and so made another account key. */
let yesterday: Output<'directory.read'>['documents'][number] | undefined
const lies: Lies = {}
/** Who tells them to Ana. */
let at = new LyingServer(lies)
const database = openMemoryDatabase()
const random = (length: number) => new Uint8Array(randomBytes(length))

/** Ana's server lies; she comes again, since lies are told on connecting. */
async function anaComesAgain(): Promise<void> {
  await ana.leave()
  at = new LyingServer(lies)
  ana = await TestPerson.open({ serverUrl: server.url, database, between: at.between })
  await ana.online()
}

const warned = (words: string) =>
  ana.until('connection', {}, ({ warnings = [] }) => warnings.some((warning) => warning.includes(words)))
const calm = () =>
  ana.until('connection', {}, ({ state, warnings = [] }) => state === 'online' && warnings.length === 0)

/** Keys of its members are looked at with it. */
async function lookAtWard(): Promise<void> {
  const isWard = ({ name }: { name: string }) => name === 'Ward'
  const { channelId } = (await ana.until('channels', {}, (all) => all.some(isWard))).find(isWard)!
  await ana.until('channel', { channelId }, (view) => view !== undefined)
}

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register({ ...options, database, between: at.between }, server.setupLink, 'Ana')
  phrase = ana.phrase
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  benId = await ben.me()
})
afterEach(() => {
  for (const operation of Object.keys(lies)) delete lies[operation as keyof Lies]
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

describe('a server that lies about keys', () => {
  it('KL-3: leaves an entry of the key log out, or changes one: it is said, and settled once it tells the truth', async () => {
    await anaComesAgain()
    await calm()
    lies['keyLog.read'] = (truth) => ({ ...truth, entries: truth.entries.slice(0, -1) })
    const carla = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Carla')
    await carla.leave()
    await warned('does not add up')
    lies['keyLog.read'] = (truth) => ({ ...truth, entries: truth.entries.map(() => new Uint8Array(90)) })
    await anaComesAgain()
    await warned('does not add up')
    delete lies['keyLog.read']
    await anaComesAgain()
    await calm()
  })

  it('KL-4, DIR-1: puts other keys in somebody’s place: they are not in the log, and it is said', async () => {
    const forged = await forgedDocuments(benId)
    const other = forged.identity.publicKey
    lies['directory.read'] = (truth) => ({
      users: truth.users.map((user) => (user.userId === benId ? { ...user, identityKey: other } : user)),
      documents: truth.documents.map((each) => (each.userId === benId ? forged.documents : each)),
    })
    lies['directory.list'] = (truth) => ({
      ...truth,
      users: truth.users.map((user) => (user.userId === benId ? { ...user, identityKey: other } : user)),
    })
    await anaComesAgain()
    await warned('keys of Ben that differ from its log')
  })

  it('DIR-9: shows a new identity of somebody: the direct channel says so until the safety number is looked at', async () => {
    await anaComesAgain()
    await calm()
    const { channelId } = await ana.do('channel.openDirect', { people: [benId] })
    const words = 'Ben has a new identity. Compare safety numbers.'
    await ana.until('channel', { channelId }, (view) => view?.warnings.includes(words) === false)
    const other = createSigningKeyPair(random).publicKey
    const change = <T extends { users: Output<'directory.read'>['users'] }>(truth: T): T => ({
      ...truth,
      users: truth.users.map((user) => (user.userId === benId ? { ...user, identityKey: other } : user)),
    })
    lies['directory.list'] = change
    lies['directory.read'] = change
    await anaComesAgain()
    await ana.until('channel', { channelId }, (view) => view?.warnings.includes(words) === true)
    expect((await ana.do('safety.number', { userId: benId })).notice).toBe(words)
    await ana.until('channel', { channelId }, (view) => view?.warnings.includes(words) === false)
    expect((await ana.do('safety.number', { userId: benId })).notice).toBeUndefined()
  })

  it('KL-4, DIR-7: shows one’s own account under another identity: it is said, and nothing is signed or sealed after it', async () => {
    const phone = await TestPerson.restore({ serverUrl: server.url, between: lying(lies) }, 'Ana', phrase)
    const forged = await forgedDocuments(await ana.me())
    let signed = 0
    lies['account.read'] = (truth) => ({
      ...truth,
      account: forged.documents.account,
      devices: forged.documents.devices,
    })
    lies['account.update'] = (truth) => {
      signed += 1
      return truth
    }
    await ana.do('profile.update', { displayName: 'Ana' })
    await phone.until('connection', {}, ({ warnings = [] }) =>
      warnings.some((warning) => warning.includes('keys for your account that are not those of this device')),
    )
    await phone.do('session.close', {})
    await phone.leave()
    expect(signed).toBe(0)
  })

  it('POL-5: shows another list of members than the group has: the channel says who', async () => {
    await anaComesAgain()
    const channelId = await ana.createChannel('Ward', 'private', [benId])
    await ben.isIn(channelId)
    await ana.until(
      'channel',
      { channelId },
      (view) => view?.members.length === 2 && view.warnings.length === 0,
    )
    lies['channel.read'] = (truth) => ({
      ...truth,
      roster: truth.roster.filter((place) => place.userId !== benId),
    })
    await anaComesAgain()
    const view = await ana.until('channel', { channelId }, (each) => (each?.warnings.length ?? 0) > 0)
    expect(view?.warnings.join()).toContain('Ben is in the group and not in the list')
  })

  it('ID-6, DIR-7: shows the device list of before a device was taken out: it is not used, and it is said', async () => {
    const second = await TestPerson.restore({ serverUrl: server.url }, 'Ben', ben.phrase)
    const isOwn = ({ current }: { current: boolean }) => current
    const own = (await second.until('devices', {}, (all) => all.some(isOwn))).find(isOwn)
    await anaComesAgain()
    const { documents } = await at.ask('directory.read', { userIds: [benId] })
    yesterday = documents[0]!
    await ben.do('device.remove', { deviceId: own!.deviceId, phrase: ben.phrase })
    await second.leave()
    lies['directory.read'] = (truth) => ({
      ...truth,
      documents: truth.documents.map((each) => (each.userId === benId ? documents[0]! : each)),
    })
    await anaComesAgain()
    // Looked at where somebody looks at a channel with Ben, and told with the next news of the key log.
    await lookAtWard()
    const dora = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Dora')
    await dora.leave()
    await warned('older keys and devices of Ben')
    delete lies['directory.read']
    await anaComesAgain()
    await calm()
  })

  it('ID-6, KL-4: shows the account key of before alone, with the newest list: it is not used, and it is said', async () => {
    lies['directory.read'] = (truth) => ({
      ...truth,
      documents: truth.documents.map((each) =>
        each.userId === benId ? { ...each, account: yesterday!.account } : each,
      ),
    })
    await anaComesAgain()
    await lookAtWard()
    const emil = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Emil')
    await emil.leave()
    await warned('The server shows keys of Ben that do not verify, so they are not used.')
    delete lies['directory.read']
    await anaComesAgain()
    await calm()
  })
})

/** What a server can make by itself: all in order, but of another identity. */
async function forgedDocuments(userId: UserId) {
  const [identity, account] = [createSigningKeyPair(random), createSigningKeyPair(random)]
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey: random(32) }
  const list = { userId, number: 1, accountNumber: 1, devices: [] }
  const documents = {
    userId,
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
  }
  return { identity, documents }
}
