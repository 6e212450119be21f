/**
 * What a group costs by its size, in Node: for the member who adds somebody, for a member who follows, for the server, for who
 * comes in by Welcome or on their own; how many bytes a member keeps; and what a server that runs makes of it, and lets others
 * wait meanwhile. `npm run bench -- group`.
 */
import {
  applyCommit,
  commitChanges,
  createGroup,
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  decodeGroup,
  encodeCommitEvidence,
  encodeGroup,
  joinByWelcome,
  joinExternally,
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
  type DeviceId,
  type UserId,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { describeMachine, figuresOf, print } from './figures.ts'
import { measureServer } from './followed-group.ts'

const SIZES = (process.env['BENCH_LEAVES'] ?? '10,100,1000').split(',').map(Number)
const TIMES = Number(process.env['BENCH_TIMES'] ?? 10)
const random = (length: number) => new Uint8Array(randomBytes(length))
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

/** Two members' views of a group with so many leaves. */
async function groupOf(size: number): Promise<{ adder: MlsGroup; member: MlsGroup; groupInfo: Uint8Array }> {
  const { device } = await newcomer()
  const founded = await createGroup({
    channelId: newId() as ChannelId,
    generation: 1,
    policy: POLICY,
    device,
    now: Date.now(),
  })
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

async function measure(size: number): Promise<void> {
  const { adder, member, groupInfo } = await groupOf(size)
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
  for (let round = 0; round < TIMES; round += 1) {
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
  process.stdout.write(`\n${size} leaves: a member keeps ${Math.round(state.length / 1024)} KiB\n`)
  for (const name of names) print(name, figuresOf(times[name]))
}

process.stdout.write(`${describeMachine()}\n`)
for (const size of SIZES) await measure(size)
await measureServer(SIZES, TIMES)
