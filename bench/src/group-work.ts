/**
 * What a group and its messages cost, as it runs in Node and in a browser's worker alike. Used by group.ts and browser.ts.
 */
import {
  applyCommit,
  commitChanges,
  createGroup,
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  decodeGroup,
  decryptMessage,
  encodeCommitEvidence,
  encodeContent,
  encodeGroup,
  encryptMessage,
  joinByWelcome,
  joinExternally,
  rosterOf,
  signAccountStatement,
  signDeviceList,
  treeOf,
  type DeviceIdentity,
  type MlsGroup,
} from '@reforms/crypto'
import { followCommit, openPublicGroup } from '@reforms/crypto/public'
import {
  limits,
  uuidV7,
  type ChannelId,
  type ChannelPolicy,
  type ClientId,
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const newId = () => uuidV7(Date.now(), random(10))
const POLICY: ChannelPolicy = {
  version: 1,
  kind: 'public',
  history: 'all',
  retentionDays: 0,
  admitters: 'members',
  moderators: [],
  participants: [],
}

const NO_EVIDENCE = encodeCommitEvidence({ admissions: [], proofs: [] })

interface Newcomer {
  readonly device: DeviceIdentity
  readonly proof: { account: Uint8Array; devices: Uint8Array }
}

async function newcomer(): Promise<Newcomer> {
  const [userId, deviceId] = [newId() as UserId, newId() as DeviceId]
  const [identity, account, signature] = [random, random, random].map(createSigningKeyPair)
  if (!identity || !account || !signature) throw new Error('three key pairs')
  const recoveryKey = createSealingKeyPair(random).publicKey
  const listed = {
    deviceId,
    signatureKey: signature.publicKey,
    sealingKey: recoveryKey,
    name: '',
    addedAt: 0,
  }
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  return {
    device: { userId, deviceId, identityKey: identity.publicKey, signature },
    proof: {
      account: await signAccountStatement(identity, statement),
      devices: await signDeviceList(account.privateKey, {
        userId,
        number: 1,
        accountNumber: 1,
        devices: [listed],
      }),
    },
  }
}

async function add(group: MlsGroup, newcomers: readonly Newcomer[]) {
  const packages = await Promise.all(
    newcomers.map(({ device }) => createKeyPackage(device, { now: Date.now(), lastResort: false })),
  )
  const authenticatedData = encodeCommitEvidence({
    admissions: [],
    proofs: newcomers.map(({ proof }) => proof),
  })
  const changes = { group, adds: packages, removes: [], authenticatedData, now: Date.now() }
  return { packages, commit: () => commitChanges(changes) }
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  times.push(performance.now() - began)
  return result
}

interface Views {
  adder: MlsGroup
  member: MlsGroup
  groupInfo: Uint8Array
}

function foundedBy({ device }: Newcomer) {
  const channelId = newId() as ChannelId
  return createGroup({ channelId, generation: 1, policy: POLICY, device, now: Date.now() })
}

/** Two members' views of a group with so many leaves, all added by one of them, who alone has committed. */
async function groupOf(size: number): Promise<Views> {
  const founded = await foundedBy(await newcomer())
  let [adder, member, groupInfo] = [founded.group, undefined as MlsGroup | undefined, founded.groupInfo]
  for (let leaves = 1; leaves < size;) {
    const newcomers = await Promise.all(
      Array.from({ length: Math.min(limits.TURN_ADDS_MAX, size - leaves) }, newcomer),
    )
    const { packages, commit } = await add(adder, newcomers)
    const made = await commit()
    if (member) {
      const outcome = await applyCommit({ group: member, commit: made.commit })
      if (outcome.kind === 'applied') member = outcome.group
    } else {
      const own = { welcome: made.welcome!, keyPackages: packages.slice(0, 1), device: newcomers[0]!.device }
      member = (await joinByWelcome(own)).group
    }
    adder = made.group
    groupInfo = made.groupInfo
    leaves += newcomers.length
  }
  return { adder, member: member!, groupInfo }
}

/** The group as another of its members holds it, save the keys of the nodes above their leaf: enough to commit with. */
function heldBy({ device }: Newcomer, group: MlsGroup): MlsGroup {
  const leafIndex = rosterOf(group).find(({ deviceId }) => deviceId === device.deviceId)?.leafIndex
  if (leafIndex === undefined) throw new Error('not in the group')
  const { privateKey: signaturePrivateKey } = device.signature
  const privatePath = { leafIndex, privateKeys: {} }
  return { ...group, state: { ...group.state, signaturePrivateKey, privatePath } }
}

const renewal = (group: MlsGroup) =>
  commitChanges({ group, adds: [], removes: [], authenticatedData: NO_EVIDENCE, now: Date.now() })

/** The same where everybody has committed since they came in, so that every node above the leaves is filled in. */
async function committedGroupOf(size: number): Promise<Views> {
  const founder = await newcomer()
  let group = (await foundedBy(founder)).group
  let last = founder
  for (let leaves = 1; leaves < size;) {
    const count = Math.min(limits.TURN_ADDS_MAX, size - leaves)
    const newcomers = await Promise.all(Array.from({ length: count }, newcomer))
    group = (await (await add(group, newcomers)).commit()).group
    for (const each of newcomers) group = (await renewal(heldBy(each, group))).group
    last = newcomers.at(-1) ?? last
    leaves += count
  }
  // Whoever committed last has all of their keys, and follows the founder's commit.
  const made = await renewal(heldBy(founder, group))
  const outcome = await applyCommit({ group, commit: made.commit })
  if (outcome.kind !== 'applied') throw new Error('not applied')
  return { adder: made.group, member: outcome.group, groupInfo: made.groupInfo }
}

/** Times in milliseconds, by what was done; and what a member keeps, in bytes. */
export interface Measured {
  readonly times: Record<string, number[]>
  readonly stateBytes: number
}

/** Who of a group's members has committed since they came in. */
export type Committers = 'one' | 'all'

export async function measureGroup(
  size: number,
  rounds: number,
  committers: Committers = 'one',
): Promise<Measured> {
  const { adder, member, groupInfo } = await (committers === 'all' ? committedGroupOf(size) : groupOf(size))
  const names = [
    'add one',
    'apply it',
    'follow it on the server',
    'come in by Welcome',
    'come in externally',
    'load',
  ] as const
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    (typeof names)[number],
    number[]
  >
  const server = await openPublicGroup({ groupInfo, tree: treeOf(adder) })
  const state = encodeGroup(adder)
  for (let round = 0; round < rounds; round += 1) {
    const person = await newcomer()
    const { packages, commit } = await add(adder, [person])
    const made = await timed(times['add one'], commit)
    await timed(times['apply it'], () => applyCommit({ group: member, commit: made.commit }))
    await timed(times['follow it on the server'], () => followCommit(server, made, Date.now()))
    const welcomed = { welcome: made.welcome!, keyPackages: packages, device: person.device }
    await timed(times['come in by Welcome'], () => joinByWelcome(welcomed))
    const stranger = await newcomer()
    const authenticatedData = encodeCommitEvidence({ admissions: [], proofs: [stranger.proof] })
    const entering = {
      groupInfo,
      tree: treeOf(adder),
      device: stranger.device,
      authenticatedData,
      now: Date.now(),
    }
    await timed(times['come in externally'], () => joinExternally(entering))
    await timed(times['load'], () => Promise.resolve(decodeGroup(state)))
  }
  return { times, stateBytes: state.length }
}

const MESSAGES = 1000
/** As many as the engine reads at once. */
const PAGE = 500

/** A thousand messages of a line of text: encrypted one after the other as they are sent, read a page at a time as they come. */
export async function measureMessages(rounds: number): Promise<Measured> {
  const { device } = await newcomer()
  const channelId = newId() as ChannelId
  const founded = await createGroup({ channelId, generation: 1, policy: POLICY, device, now: Date.now() })
  const { epochId, secret: epochSecret } = founded.record
  const place = { channelId, generation: 1, epochId, deviceId: device.deviceId, epochSecret }
  const sent = { seq: 1, head: random(32) }
  const times = { 'encrypt and sign 1,000': [] as number[], 'decrypt and verify 1,000': [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const messages: { clientId: ClientId; payload: Uint8Array }[] = []
    await timed(times['encrypt and sign 1,000'], async () => {
      for (let count = 0; count < MESSAGES; count += 1) {
        const clientId = newId() as ClientId
        const content = encodeContent({
          type: 'text',
          text: `The patient in room ${count} sleeps.`,
          sent,
          sentAt: 1,
        })
        const message = { ...place, clientId, content, signatureKey: device.signature }
        messages.push({ clientId, payload: await encryptMessage(message, random) })
      }
    })
    await timed(times['decrypt and verify 1,000'], async () => {
      for (let at = 0; at < MESSAGES; at += PAGE) {
        const page = messages.slice(at, at + PAGE)
        const signerPublicKey = device.signature.publicKey
        await Promise.all(page.map((message) => decryptMessage({ ...place, ...message, signerPublicKey })))
      }
    })
  }
  return { times, stateBytes: 0 }
}
