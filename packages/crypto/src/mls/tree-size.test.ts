/** How large trees are counted to be, and what is refused in one that is nearly full: to the byte, alike for members and the server. */
import { limits } from '@reforms/protocol'
import {
  createCommit,
  createGroup,
  emptyPskIndex,
  joinGroup,
  joinGroupExternal,
  type ClientState,
  type Proposal,
  type PublicMessage,
} from 'ts-mls'
import { signLeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { effectOfCommit } from './commit-effect.ts'
import { groupInfoOf } from './founding.ts'
import { groupIdOf } from './group-id.ts'
import { createKeyPackage, generateFor } from './key-package-creation.ts'
import { LAST_RESORT_EXTENSION_TYPE } from './key-package.ts'
import { policyExtensions } from './policy-extension.ts'
import type { PublicState } from './public-state.ts'
import type { MlsRefused } from './refusal.ts'
import { CLIENT_CONFIG, loadSuite } from './suite.ts'
import { bareCommit } from './testing-commit.ts'
import { commitIn, foundChannel, groupOf } from './testing-channel.ts'
import { CHANNEL, evidenceFor, NOW, person, policyWith, type Person } from './testing.ts'
import { roomIn, treeBytes } from './tree-size.ts'
import { decodeMessage, encodeTree } from './wire.ts'

const CAP = limits.TREE_MAX_BYTES
const GROWN_CAP = (CAP / 4) * 3
const SOME_BYTES = 1000

type Made = (full: ClientState) => Promise<PublicMessage>

const publicOf = ({ groupContext, ratchetTree, confirmationTag }: ClientState): PublicState => ({
  ...{ context: groupContext, tree: ratchetTree, confirmationTag },
})
const removal = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } })
const packageOf = async (who: Person) =>
  generateFor(who.devices[0]!, { now: NOW, lastResort: false, suite: await loadSuite() })

async function additionOf(who: Person): Promise<Proposal> {
  const { publicPackage } = await packageOf(who)
  return { proposalType: 'add', add: { keyPackage: publicPackage } }
}

async function foundWith(first: Person, leafLength: number): Promise<ClientState> {
  const suite = await loadSuite()
  const { publicPackage, privatePackage } = await packageOf(first)
  const extensions = [
    { extensionType: LAST_RESORT_EXTENSION_TYPE, extensionData: new Uint8Array(leafLength) },
  ]
  const long = { ...publicPackage.leafNode, extensions }
  const leafNode = await signLeafNodeKeyPackage(long, privatePackage.signaturePrivateKey, suite.signature)
  const groupId = groupIdOf({ channelId: CHANNEL, generation: 1 })
  const policy = policyExtensions(policyWith())
  const own = { ...publicPackage, leafNode }
  return createGroup(groupId, own, privatePackage, policy, suite, CLIENT_CONFIG)
}

/** As Ben holds it, whom Anna added. All is signed and hashed as it has to be: only Anna’s leaf is longer than one may be. */
async function groupWithLeafOf(leafLength: number): Promise<ClientState> {
  const suite = await loadSuite()
  const [state, own] = [await foundWith(anna, leafLength), await packageOf(ben)]
  const extraProposals = [{ proposalType: 'add', add: { keyPackage: own.publicPackage } } as const]
  const options = { alwaysPath: true, wireAsPublicMessage: true, extraProposals }
  const { welcome, newState } = await createCommit({ state, cipherSuite: suite }, options)
  const { publicPackage, privatePackage } = own
  const place = [emptyPskIndex, suite, newState.ratchetTree, undefined, CLIENT_CONFIG] as const
  return joinGroup(welcome!, publicPackage, privatePackage, ...place)
}

/** Long enough that its length is written as those of the longest are. */
const LONG = 20_000
const full = new Map<number, Promise<ClientState>>()

/** With a tree of so many bytes. */
function fullGroup(bytes: number): Promise<ClientState> {
  const known = full.get(bytes) ?? overhead.then((beside) => groupWithLeafOf(bytes - beside))
  full.set(bytes, known)
  return known
}

async function refusalOf(full: ClientState, make: Made): Promise<MlsRefused | undefined> {
  const judged = effectOfCommit(publicOf(full), await make(full), { suite: await loadSuite() })
  return judged.then(
    () => undefined,
    (error: MlsRefused) => error,
  )
}

const judged = async (full: ClientState, make: Made) => (await refusalOf(full, make))?.code ?? 'accepted'

const entering =
  (who: Person, again: boolean): Made =>
  async (full) => {
    const suite = await loadSuite()
    const { publicPackage, privatePackage } = await packageOf(who)
    const { groupInfo } = decodeMessage(await groupInfoOf(full, suite), 'mls_group_info')
    const evidence = evidenceFor([who])
    const place = [again, suite, full.ratchetTree, CLIENT_CONFIG, evidence] as const
    return (await joinGroupExternal(groupInfo, publicPackage, privatePackage, ...place)).publicMessage
  }

/** A tree that such a commit makes exactly so large is taken, one of a byte more is not. */
async function demandLimit(make: Made, cap: number, within: string): Promise<void> {
  const larger = await refusalOf(await fullGroup(cap + SOME_BYTES), make)
  expect(larger?.code).toBe('tree-full')
  const growth = Number(/\d+/.exec(larger!.message)) - (cap + SOME_BYTES)
  expect(await judged(await fullGroup(cap - growth), make)).toBe(within)
  expect(await judged(await fullGroup(cap - growth + 1), make)).toBe('tree-full')
}

let anna: Person, ben: Person, cleo: Person
/** What a tree has beside the length of that leaf. */
let overhead: Promise<number>
beforeAll(async () => {
  ;[anna, ben, cleo] = await Promise.all([person(1), person(2), person(3)])
  overhead = groupWithLeafOf(LONG).then(({ ratchetTree }) => encodeTree(ratchetTree).length - LONG)
})

describe('the size of a tree', () => {
  it('LIM-7: is that of its bytes, with blank nodes, unmerged leaves and leaves of each kind', async () => {
    const people = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => person(n)))
    const [first, ...others] = people.map((who) => ({ person: who, device: who.devices[0]! }))
    const channel = await foundChannel(first!.device)
    const demandSame = () => {
      const { ratchetTree } = groupOf(channel, first!.device).state
      expect(treeBytes(ratchetTree)).toBe(encodeTree(ratchetTree).length)
    }
    demandSame()
    await commitIn(channel, first!.device, { adds: others.slice(0, 3) })
    await commitIn(channel, others[1]!.device)
    await commitIn(channel, first!.device, { adds: others.slice(3) })
    demandSame()
    await commitIn(channel, first!.device, {
      removes: [others[2]!.device.deviceId, others[5]!.device.deviceId],
    })
    demandSame()
  })

  it('LIM-7: is that of its bytes, however long they are', async () => {
    for (const length of [0, 63, 64, 16_383, 16_384, CAP]) {
      const { ratchetTree } = await groupWithLeafOf(length)
      expect(treeBytes(ratchetTree)).toBe(encodeTree(ratchetTree).length)
    }
  })
})

describe('a tree that is nearly full', () => {
  it('LIM-7: nobody more is added', async () => {
    const proposals = [await additionOf(cleo)]
    // Nobody signed for who is added: that is looked at last.
    await demandLimit((full) => bareCommit(full, proposals), GROWN_CAP, 'unproven-device')
  })

  it('LIM-7: nor in the place of somebody who goes: their Welcome has the tree in it', async () => {
    const adding = [await additionOf(cleo)]
    const swap = [removal(2), await additionOf(await person(4))]
    const before = { state: await fullGroup(GROWN_CAP), cipherSuite: await loadSuite() }
    const options = { alwaysPath: true, wireAsPublicMessage: true, extraProposals: adding }
    const { newState } = await createCommit(before, options)
    expect(await judged(newState, (full) => bareCommit(full, swap))).toBe('tree-full')
    expect(await judged(newState, (full) => bareCommit(full, swap.slice(0, 1)))).toBe('accepted')
  })

  it('LIM-7: nobody comes in on their own, save in the place of their older leaf', async () => {
    await demandLimit(entering(cleo, false), GROWN_CAP, 'accepted')
    await demandLimit(entering(ben, true), CAP, 'accepted')
  })

  it('LIM-7: who is in renews it up to its cap, and takes others out', async () => {
    await demandLimit((full) => bareCommit(full), CAP, 'accepted')
    expect(await judged(await fullGroup(CAP), (state) => bareCommit(state, [removal(0)]))).toBe('accepted')
  })

  it('LIM-7: a member knows how much room there is, and a key package takes more than its leaf', async () => {
    expect(roomIn((await fullGroup(GROWN_CAP)).ratchetTree)).toBe(0)
    const { keyPackage } = await createKeyPackage(cleo.devices[0]!, { now: NOW, lastResort: false })
    const left = await fullGroup(GROWN_CAP - keyPackage.length - 2048)
    expect(roomIn(left.ratchetTree)).toBe(keyPackage.length)
    const proposals = [await additionOf(cleo)]
    expect(await judged(left, (full) => bareCommit(full, proposals))).toBe('unproven-device')
  })
})
