import { openMemoryDatabase } from '@reforms/client/node'
import {
  createGroup,
  createSigningKeyPair,
  decodeGroup,
  hashPayload,
  nextHead,
  policyOf,
  signDeviceList,
  type DeviceIdentity,
} from '@reforms/crypto'
import {
  encodeCbor,
  uuidV7,
  type ChannelId,
  type ClientId,
  type CommitPayload,
  type DeviceId,
  type Entry,
  type Output,
  type UserId,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lying, startServer, TestPerson, type Lies, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let benId: UserId
const lies: Lies = {}
const database = openMemoryDatabase()
const random = (length: number) => new Uint8Array(randomBytes(length))
const newId = () => uuidV7(Date.now(), random(10))

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register({ ...options, database, between: lying(lies) }, server.setupLink, 'Ana')
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

async function anaComesAgain(): Promise<void> {
  await ana.leave()
  ana = await TestPerson.open({ serverUrl: server.url, database, between: lying(lies) })
  await ana.online()
}

async function channelOfBoth(name: string): Promise<ChannelId> {
  const channelId = await ana.createChannel(name, 'private', [benId])
  await ben.isIn(channelId)
  await ana.until('channel', { channelId }, (view) => view?.members.length === 2)
  await ana.say(channelId, 'Hello')
  await ben.hears(channelId, 'Hello')
  await ana.hears(channelId, 'Hello')
  return channelId
}

/** What stands in the timeline with its state, as far as it is one's own. */
async function ownStates(channelId: ChannelId): Promise<Record<string, string>> {
  const { items } = await ana.until('timeline', { channelId, limit: 100 }, ({ loading }) => !loading)
  return Object.fromEntries(
    items.flatMap((item) => (item.kind === 'message' ? [[item.text, item.state]] : [])),
  )
}

describe('somebody who is not who they seem', () => {
  it('POL-9: while a device is in that its owner has not signed for, what is written waits, and it is said', async () => {
    const channelId = await channelOfBoth('Ward')
    // Ben's own list, which does not name the device that is in the group: what a server would show for a device that it put there.
    lies['directory.read'] = withoutDevices
    await anaComesAgain()
    await ana.say(channelId, 'For Ben only')
    const said = (view: { warnings: string[] } | undefined) =>
      view?.warnings.some((words) => words.includes('has not signed for')) === true
    await ana.until('channel', { channelId }, said)
    expect((await ownStates(channelId))['For Ben only']).toBe('waiting')
    delete lies['directory.read']
    await ben.hears(channelId, 'For Ben only')
    await ana.until('channel', { channelId }, (view) => !said(view))
  })

  it('GEN-7: a new beginning by somebody who was not in is not followed, and nothing is sent into it', async () => {
    const channelId = await channelOfBoth('Theatre')
    const forged = await foundingByStranger(channelId, logOf(channelId))
    lies['log.read'] = (answer) =>
      answer.seq < forged.seq ? { ...answer, entries: [...answer.entries, forged], seq: forged.seq } : answer
    lies['channel.list'] = (answer) => ({
      channels: answer.channels.map((channel) =>
        channel.channelId === channelId ? { ...channel, seq: forged.seq, head: forged.head } : channel,
      ),
    })
    await anaComesAgain()
    await ana.until(
      'channel',
      { channelId },
      (view) => view?.warnings.some((words) => words.includes('was not in this channel')) === true,
    )
    let sent = 0
    lies['log.append'] = (answer) => {
      sent += 1
      return answer
    }
    await ana.say(channelId, 'To whom?')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await ownStates(channelId))['To whom?']).toBe('waiting')
    expect(sent).toBe(0)
  })
})

const withoutDevices = async (truth: Output<'directory.read'>): Promise<Output<'directory.read'>> => ({
  ...truth,
  documents: await Promise.all(
    truth.documents.map(async (each) => {
      if (each.userId !== benId) return each
      const account = createSigningKeyPair(random)
      const list = { userId: benId, number: 9, accountNumber: 1, devices: [] }
      return { ...each, devices: await signDeviceList(account.privateKey, list) }
    }),
  ),
})

/** Where the log that Ana knows ends, and what holds in the channel. */
function logOf(channelId: ChannelId) {
  const [row] = database.all('SELECT seq, head, group_state FROM channel WHERE channel_id = ?', [channelId])
  return {
    seq: Number(row?.['seq']),
    head: row?.['head'] as Uint8Array,
    policy: policyOf(decodeGroup(row?.['group_state'] as Uint8Array)),
  }
}

/** All in order, as the server would write it; but nobody of the channel has made it. */
async function foundingByStranger(channelId: ChannelId, before: ReturnType<typeof logOf>): Promise<Entry> {
  const device: DeviceIdentity = {
    userId: newId() as UserId,
    deviceId: newId() as DeviceId,
    identityKey: createSigningKeyPair(random).publicKey,
    signature: createSigningKeyPair(random),
  }
  const { groupInfo } = await createGroup({
    channelId,
    generation: 2,
    policy: before.policy,
    device,
    now: Date.now(),
  })
  const payload = encodeCbor({ type: 'found', groupInfo } satisfies CommitPayload)
  const header = {
    channelId,
    seq: before.seq + 1,
    kind: 'commit' as const,
    generation: 2,
    epoch: 0,
    sender: device.deviceId,
    clientId: newId() as ClientId,
    at: Date.now(),
  }
  const payloadHash = hashPayload(payload)
  const head = nextHead(before.head, header, payloadHash)
  return { ...header, senderUser: device.userId, payload, payloadHash, head }
}
