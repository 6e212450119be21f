/**
 * A server that lies about who is in a channel and what its keys are. Nobody comes in whom no member let in, nothing is sent to them,
 * it is said in words, and the channel goes on within seconds.
 */
import { openMemoryDatabase } from '@reforms/client/node'
import {
  createGroup,
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  decodeGroup,
  encodeCommitEvidence,
  policyOf,
  signAccountStatement,
  signDeviceList,
  type DeviceIdentity,
} from '@reforms/crypto'
import { hostileEntrance } from '@reforms/crypto/testing'
import {
  decodeCbor,
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
import { FalseLog, LyingServer, startServer, TestPerson, type TestServer } from '../src/index.ts'

/** How long a lie may cost a channel at most, on a slow machine. */
const SECONDS_MS = 20_000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let carla: TestPerson
let ids: { ben: UserId; carla: UserId }
const liars = { ana: new LyingServer(), ben: new LyingServer(), carla: new LyingServer() }
const database = openMemoryDatabase()
const random = (length: number) => new Uint8Array(randomBytes(length))
const newId = <T extends string>() => uuidV7(Date.now(), random(10)) as T
let count = 0

beforeAll(async () => {
  server = await startServer()
  const as = (liar: LyingServer) => ({ serverUrl: server.url, between: liar.between })
  ana = await TestPerson.register({ ...as(liars.ana), database }, server.setupLink, 'Ana')
  ben = await TestPerson.register(as(liars.ben), await ana.invite(), 'Ben')
  carla = await TestPerson.register(as(liars.carla), await ana.invite(), 'Carla')
  ids = { ben: await ben.me(), carla: await carla.me() }
})
afterEach(async () => {
  for (const liar of Object.values(liars)) await liar.tellTruth()
})
afterAll(async () => {
  await Promise.all([ana, ben, carla].map((person) => person?.leave()))
  await server?.stop()
})

async function goesOn(channelId: ChannelId, ...people: TestPerson[]): Promise<void> {
  const began = Date.now()
  for (const person of people) {
    count += 1
    const text = `Still here ${count}`
    await person.say(channelId, text)
    for (const each of people) await each.hears(channelId, text)
  }
  expect(Date.now() - began).toBeLessThan(SECONDS_MS)
}

async function ward(name: string): Promise<ChannelId> {
  const channelId = await ana.createChannel(name, 'private', [ids.ben])
  await ben.isIn(channelId)
  await membersAre(ana, channelId, ['Ana', 'Ben'])
  await goesOn(channelId, ana, ben)
  return channelId
}

const membersAre = (person: TestPerson, channelId: ChannelId, names: string[]) =>
  person.until(
    'channel',
    { channelId },
    (view) => view?.members.map((each) => each.displayName).join() === names.join(),
  )

const warned = (person: TestPerson, channelId: ChannelId, words: string) =>
  person.until(
    'channel',
    { channelId },
    (view) => view?.warnings.some((each) => each.includes(words)) === true,
    SECONDS_MS,
  )

/** Of this very channel, by its own policy; but nobody of it has made it. */
async function strangersGroup(channelId: ChannelId) {
  const { device } = await ghost()
  const [row] = database.all('SELECT group_state FROM channel WHERE channel_id = ?', [channelId])
  const policy = policyOf(decodeGroup(row?.['group_state'] as Uint8Array))
  return createGroup({ channelId, generation: 1, policy, device, now: Date.now() })
}

/** Somebody whom the server made up, with documents that all verify. */
async function ghost() {
  const [identity, account] = [createSigningKeyPair(random), createSigningKeyPair(random)]
  const signature = createSigningKeyPair(random)
  const recoveryKey = createSealingKeyPair(random).publicKey
  const [userId, deviceId] = [newId<UserId>(), newId<DeviceId>()]
  const keys = { signatureKey: signature.publicKey, sealingKey: recoveryKey }
  const devices = [{ deviceId, ...keys, name: 'Ghost', addedAt: 1 }]
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  const device: DeviceIdentity = { userId, deviceId, identityKey: identity.publicKey, signature }
  return {
    device,
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, { userId, number: 1, accountNumber: 1, devices }),
    keyPackage: (await createKeyPackage(device, { now: Date.now(), lastResort: false })).keyPackage,
  }
}

const groupOf = async (channelId: ChannelId) => liars.ana.ask('group.read', { channelId })
const notIn = 'does not verify, so this device does not go in and sends nothing'

type Envelopes = Output<'mailbox.read'>['envelopes']

const isWelcome = ({ kind }: Envelopes[number]) => kind === 'welcome'

/** Other Welcomes in the places of one's own, as soon as there are so many of these. */
function giveWelcomes(
  liar: LyingServer,
  count: number,
  instead: (at: number, own: Envelopes) => Uint8Array,
): void {
  liar.lies['mailbox.read'] = (answer) => {
    const own = answer.envelopes.filter(isWelcome)
    const others = answer.envelopes.filter((each) => !isWelcome(each))
    const given = own.map((each, at) => ({ ...each, payload: instead(at, own) }))
    return { ...answer, envelopes: own.length < count ? others : [...others, ...given] }
  }
}

/** Somebody who is not told that somebody waits leaves the turn to others. */
const leaveTheTurn = (liar: LyingServer) => {
  liar.retell = (event) => (event.type === 'turn-wanted' ? [] : [event])
}

/** Ben is shown a commit whose confirmation tag is rubbish. */
async function breakBen(channelId: ChannelId): Promise<void> {
  await spoilNextCommit(liars.ben, channelId)
  await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
  await carla.isIn(channelId)
}

/** Whoever is lied to leaves that commit to somebody else. */
async function spoilNextCommit(liar: LyingServer, channelId: ChannelId): Promise<void> {
  leaveTheTurn(liar)
  const since = await lastSeq(channelId)
  await liar.show(
    new FalseLog(channelId, (truth) => {
      const next = truth.find(({ kind, seq }) => kind === 'commit' && seq > since)
      return truth.map((entry) => (entry === next ? withRubbishTag(entry) : entry))
    }),
  )
}

async function lastSeq(channelId: ChannelId): Promise<number> {
  return (await liars.ana.ask('channel.read', { channelId })).channel.seq
}

/** The confirmation tag is before the membership tag, at the end. */
function withRubbishTag(entry: Entry): Entry {
  const payload = entry.payload && (decodeCbor(entry.payload) as CommitPayload)
  if (payload?.type !== 'commit') return entry
  const commit = payload.commit.slice()
  const at = commit.length - 40
  commit[at] = (commit[at] ?? 0) ^ 1
  return { ...entry, payload: encodeCbor({ ...payload, commit }) }
}

describe('a server that lies about a group', () => {
  it('POL-4: swaps a key package: nobody is added with it, it is said, and the true one comes in afterwards', async () => {
    const channelId = await ward('Swapped')
    const other = await ghost()
    leaveTheTurn(liars.ben)
    liars.ana.lies['turn.take'] = (turn) => ({
      ...turn,
      adds: turn.adds.map((add) => ({ ...add, keyPackage: other.keyPackage })),
    })
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await warned(ana, channelId, 'What the server gave for adding Carla does not verify, so it was not used.')
    await membersAre(ana, channelId, ['Ana', 'Ben'])
    await goesOn(channelId, ana, ben)
    await liars.ana.tellTruth()
    await carla.isIn(channelId)
    await goesOn(channelId, ana, ben, carla)
  })

  it('POL-3: adds a ghost with documents of its own: no member let it in, so it is not added', async () => {
    const channelId = await ward('Haunted')
    const { device, ...shown } = await ghost()
    const { userId, deviceId } = device
    liars.ana.lies['turn.take'] = (turn) =>
      turn.granted ? { ...turn, adds: [...turn.adds, { userId, deviceId, ...shown }] } : turn
    liars.ana.push({ type: 'turn-wanted', channelId, removal: false })
    await warned(ana, channelId, 'What the server gave for adding somebody does not verify')
    await goesOn(channelId, ana, ben)
    await membersAre(ana, channelId, ['Ana', 'Ben'])
  })

  it('GEN-3, GEN-8: shows a commit with a rubbish confirmation tag: it is refused, said, and undone by the truth', async () => {
    const channelId = await ward('Rubbish')
    await breakBen(channelId)
    await warned(
      ben,
      channelId,
      'A change to this channel did not verify, so this device did not go along with it.',
    )
    await liars.ben.tellTruth()
    await membersAre(ben, channelId, ['Ana', 'Ben', 'Carla'])
    await goesOn(channelId, ana, ben, carla)
  })

  it('GEN-8: leads who must come in again to a group of a stranger, to another channel’s, or to an altered one: none is entered, nothing is sent', async () => {
    const channelId = await ward('Led away')
    const other = await ana.createChannel('Open to all')
    const made = await strangersGroup(channelId)
    const truth = await groupOf(other)
    const shown: ((group: Output<'group.read'>) => Output<'group.read'>)[] = [
      (group) => ({ ...group, groupInfo: made.groupInfo, tree: made.tree, epoch: 0 }),
      (group) => ({ ...group, groupInfo: truth.groupInfo, tree: truth.tree, epoch: truth.epoch }),
      // The last bytes are external_pub and the signature over it.
      (group) => ({
        ...group,
        groupInfo: group.groupInfo.map((byte, at, all) => (at === all.length - 110 ? byte ^ 1 : byte)),
      }),
    ]
    let asked = 0
    liars.ben.lies['group.read'] = (group) => {
      asked += 1
      return shown[asked % shown.length]?.(group) ?? group
    }
    let sent = 0
    liars.ben.lies['log.append'] = (answer) => {
      sent += 1
      return answer
    }
    await breakBen(channelId)
    await ben.say(channelId, 'To whom do I speak?')
    await warned(ben, channelId, notIn)
    while (asked < 4) await new Promise((resolve) => setTimeout(resolve, 200))
    expect(sent).toBe(0)
    await liars.ben.tellTruth()
    await ana.hears(channelId, 'To whom do I speak?')
    await goesOn(channelId, ana, ben, carla)
    await ben.until(
      'channel',
      { channelId },
      (view) => view?.warnings.some((each) => each.includes('does not go in')) === false,
    )
  })

  it('LOG-18, MSG-7: gives a commit to one half of the members only: the other half reads nothing false, and all of it afterwards', async () => {
    const channelId = await ward('Halved')
    const since = await lastSeq(channelId)
    await liars.ben.show(
      new FalseLog(channelId, (truth) => truth.filter(({ seq, kind }) => kind !== 'commit' || seq <= since)),
    )
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await carla.isIn(channelId)
    await ana.say(channelId, 'Carla is with us now')
    await carla.hears(channelId, 'Carla is with us now')
    await ben.until('timeline', { channelId, limit: 100 }, ({ items }) =>
      items.some((item) => item.kind === 'notice' && item.text.includes('is not shown')),
    )
    expect(await ben.texts(channelId)).not.toContain('Carla is with us now')
    await liars.ben.tellTruth()
    await ben.hears(channelId, 'Carla is with us now')
    await goesOn(channelId, ana, ben, carla)
  })

  it('LOG-18: hands out a message only once its author’s epoch is over: it is not read as if it were said now', async () => {
    const channelId = await ward('Late')
    const hidden = (await lastSeq(channelId)) + 1
    let told = false
    await liars.ben.show(
      new FalseLog(channelId, (truth) => {
        const late = truth.filter(({ seq }) => seq === hidden)
        return [...truth.filter(({ seq }) => seq !== hidden), ...(told ? late : [])]
      }),
    )
    await ana.say(channelId, 'Restrain the patient')
    await ana.hears(channelId, 'Restrain the patient')
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await membersAre(ben, channelId, ['Ana', 'Ben', 'Carla'])
    told = true
    await liars.ben.tellEnd(channelId)
    await ben.until('timeline', { channelId, limit: 100 }, ({ items }) =>
      items.some((item) => item.kind === 'notice' && item.text.includes('is not shown')),
    )
    await liars.ben.tellTruth()
    await ben.hears(channelId, 'Restrain the patient')
    await goesOn(channelId, ana, ben, carla)
  })

  it('ENG-5, MBX-3: swaps a Welcome with another’s and tells it again and again: who was asked in still comes in', async () => {
    const channelId = await ward('Welcome')
    const old: Output<'mailbox.read'>['envelopes'] = []
    liars.ben.lies['mailbox.read'] = (answer) => {
      old.push(...answer.envelopes)
      return answer
    }
    const swapped = new Uint8Array(random(600))
    liars.carla.lies['mailbox.read'] = (answer) => ({
      ...answer,
      envelopes: answer.envelopes.map((each) =>
        each.kind === 'welcome' ? { ...each, payload: swapped } : each,
      ),
    })
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await membersAre(ana, channelId, ['Ana', 'Ben', 'Carla'])
    // Said before Carla comes in by herself: it is hers to read (EPO-7).
    await goesOn(channelId, ana, carla)
    liars.ben.lies['mailbox.read'] = (answer) => ({ ...answer, envelopes: [...old, ...answer.envelopes] })
    liars.ben.push({ type: 'mailbox', id: 1 })
    await goesOn(channelId, ana, ben, carla)
  })
  it('GEN-2, GEN-8: shows who may found a group of a stranger twice: they begin the next generation, and all follow', async () => {
    const channelId = await ward('Twice')
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await carla.isIn(channelId)
    await goesOn(channelId, ana, ben, carla)
    const made = await strangersGroup(channelId)
    let shown = 0
    liars.ana.lies['group.read'] = (group) => {
      shown += 1
      return { ...group, groupInfo: made.groupInfo, tree: made.tree, epoch: 0 }
    }
    await spoilNextCommit(liars.ana, channelId)
    await carla.do('channel.leave', { channelId })
    await membersAre(ben, channelId, ['Ana', 'Ben'])
    await warned(ana, channelId, 'A change to this channel did not verify')
    await goesOn(channelId, ana, ben)
    // Two entrances, and the founding, which asks for the generation only.
    expect(shown).toBe(3)
    expect((await liars.ben.ask('channel.read', { channelId })).channel.generation).toBe(2)
    for (const person of [ana, ben]) await membersAre(person, channelId, ['Ana', 'Ben'])
    await liars.ana.tellTruth()
    await goesOn(channelId, ana, ben)
  })

  it('GEN-8: offers an older state of the group to who must come in again, policy, people and all: it is not entered', async () => {
    const channelId = await ward('Yesterday')
    const yesterday = await groupOf(channelId)
    await ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    await carla.isIn(channelId)
    await goesOn(channelId, ana, ben, carla)
    liars.ben.lies['group.read'] = (group) => ({ ...yesterday, seq: group.seq })
    let sent = 0
    liars.ben.lies['log.append'] = (answer) => {
      sent += 1
      return answer
    }
    await spoilNextCommit(liars.ben, channelId)
    await carla.do('channel.leave', { channelId })
    await membersAre(ana, channelId, ['Ana', 'Ben'])
    await ben.say(channelId, 'Who is here today?')
    await warned(ben, channelId, notIn)
    expect(sent).toBe(0)
    await liars.ben.tellTruth()
    await ana.hears(channelId, 'Who is here today?')
    await goesOn(channelId, ana, ben)
  })

  it('POL-3: lets a stranger into a private channel by an external commit: no member goes along, and nothing is sent to them', async () => {
    await demandNobodyGoesAlong(await ward('Let in'), false)
  })

  it('POL-7: takes a member’s leaf out by a stranger’s external commit: no member goes along, and nothing is sent to them', async () => {
    await demandNobodyGoesAlong(await ward('Put out'), true)
  })

  async function demandNobodyGoesAlong(channelId: ChannelId, evicting: boolean): Promise<void> {
    const { device, account, devices } = await ghost()
    const authenticatedData = encodeCommitEvidence({ admissions: [], proofs: [{ account, devices }] })
    const { groupInfo, tree, generation, epoch } = await groupOf(channelId)
    const now = Date.now()
    const commit = await hostileEntrance({ groupInfo, tree, device, authenticatedData, now, evicting })
    const payload = encodeCbor({ type: 'commit', commit } satisfies CommitPayload)
    const since = await lastSeq(channelId)
    const { deviceId: sender, userId: senderUser } = device
    const entrance = { kind: 'commit', generation, epoch, sender, senderUser, payload } as const
    const clientId = newId<ClientId>()
    await liars.ben.show(
      new FalseLog(channelId, (truth) => [
        ...truth.slice(0, since),
        { ...(truth[since - 1] as Entry), ...entrance, clientId },
        ...truth.slice(since),
      ]),
    )
    await warned(ben, channelId, 'A change to this channel did not verify')
    await ben.say(channelId, 'Not for strangers')
    await ana.hears(channelId, 'Not for strangers')
    await membersAre(ben, channelId, ['Ana', 'Ben'])
    await goesOn(channelId, ana, ben)
    await liars.ben.tellTruth()
    await goesOn(channelId, ana, ben)
  }

  it('ENG-5, GEN-8: gives another person’s true Welcome, or one’s own of another channel: nobody is led away by it', async () => {
    const welcomes: Envelopes = []
    liars.ben.lies['mailbox.read'] = (answer) => {
      welcomes.push(...answer.envelopes.filter(isWelcome))
      return answer
    }
    const [one, two, three] = [await ward('One'), await ward('Two'), await ward('Three')]
    const bens = welcomes.find(({ channelId }) => channelId === one)?.payload
    if (!bens) throw new Error('Ben had no Welcome')
    const add = (channelId: ChannelId) => ana.do('channel.addMembers', { channelId, people: [ids.carla] })
    giveWelcomes(liars.carla, 1, () => bens)
    await add(one)
    await carla.isIn(one)
    await goesOn(one, ana, ben, carla)
    giveWelcomes(liars.carla, 2, (at, own) => own[(at + 1) % own.length]?.payload ?? bens)
    await Promise.all([two, three].map(add))
    for (const channelId of [two, three]) await carla.isIn(channelId)
    for (const channelId of [two, three]) await goesOn(channelId, ana, ben, carla)
  })
})
