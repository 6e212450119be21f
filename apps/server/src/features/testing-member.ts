/**
 * People with devices in real MLS groups, who call a whole test server: for tests of channels and their logs. For tests
 * only; the server itself never holds what these hold.
 */
import {
  applyCommit,
  commitChanges,
  createGroup,
  createKeyPackage,
  encodeCommitEvidence,
  joinByWelcome,
  joinExternally,
  signAdmission,
  type CreatedKeyPackage,
  type MemberCommit,
  type MlsGroup,
} from '@reforms/crypto'
import {
  encodeCbor,
  type ChannelId,
  type ChannelKind,
  type ChannelPolicy,
  type ClientId,
  type Input,
  type OperationName,
  type Output,
} from '@reforms/protocol'
import { newId, type TestPerson, type TestServer } from '../testing.ts'

type Turn = Output<'turn.take'>

const DAY_MS = 86_400_000

/** One person's device, and the group it is in. */
export class TestMember {
  readonly server: TestServer
  readonly person: TestPerson
  channelId: ChannelId = newId<ChannelId>()
  #group: MlsGroup | undefined
  #keyPackage: CreatedKeyPackage | undefined

  constructor(server: TestServer, person: TestPerson) {
    this.server = server
    this.person = person
  }

  get group(): MlsGroup {
    if (!this.#group) throw new Error(`${this.person.userName} is in no group`)
    return this.#group
  }

  get userId() {
    return this.person.userId
  }

  get deviceId() {
    return this.person.device.deviceId
  }

  call<N extends OperationName>(name: N, input: Input<N>): Promise<Output<N>> {
    return this.server.call(name, input, this.person)
  }

  /** With whatever input, right or wrong. */
  send(name: OperationName, input: Record<string, unknown>) {
    return this.server.send(name, input, this.person)
  }

  codeOf<N extends OperationName>(name: N, input: Input<N>): Promise<string> {
    return this.server.codeOf(name, input, this.person)
  }

  policy(kind: ChannelKind, changes: Partial<ChannelPolicy> = {}): ChannelPolicy {
    const base = { version: 1, kind, history: 'all', retentionDays: 0, admitters: 'members' } as const
    return { ...base, moderators: [], participants: [], ...changes }
  }

  /** A group with this device as its only leaf, and what announces it. */
  async begin(policy: ChannelPolicy, generation = 1) {
    const { device } = this.person
    const now = this.server.clock.now
    const made = await createGroup({ channelId: this.channelId, generation, policy, device, now })
    this.#group = made.group
    const { groupInfo, tree } = made
    return { payload: encodeCbor({ type: 'found', groupInfo }), groupInfo, tree }
  }

  /** A new channel, not announced yet. */
  async founding(kind: ChannelKind, changes: Partial<ChannelPolicy> = {}): Promise<Input<'channel.create'>> {
    this.channelId = newId<ChannelId>()
    const made = await this.begin(this.policy(kind, changes))
    const name = kind === 'public' ? { name: `channel ${this.channelId}` } : {}
    return { channelId: this.channelId, clientId: newId<ClientId>(), kind, ...name, ...made, members: [] }
  }

  async create(kind: ChannelKind, changes: Partial<ChannelPolicy> = {}, members: readonly TestMember[] = []) {
    const founding = await this.founding(kind, changes)
    for (const member of members) member.channelId = this.channelId
    const admitted = await Promise.all(members.map((member) => this.admit(member)))
    return this.call('channel.create', { ...founding, members: admitted })
  }

  async admit({ userId, person }: TestMember) {
    const { channelId } = this
    const expiry = this.server.clock.now + DAY_MS
    const identityKey = person.identity.publicKey
    return {
      userId,
      admission: await signAdmission(this.person.device.signature, { channelId, identityKey, expiry }),
    }
  }

  /** Leaves one key package whose secrets this member keeps, in place of those of its registration. */
  async offer(): Promise<void> {
    await this.server.sql`delete from key_package where device_id = ${this.deviceId} and not last_resort`
    const { clock } = this.server
    this.#keyPackage = await createKeyPackage(this.person.device, { now: clock.now, lastResort: false })
    await this.call('keyPackage.publish', { keyPackages: [this.#keyPackage.keyPackage] })
  }

  take(): Promise<Turn> {
    return this.call('turn.take', { channelId: this.channelId })
  }

  /** The commit that carries out a turn, made but not sent. */
  commitOf(turn: Pick<Turn, 'adds' | 'removes'>, policy?: ChannelPolicy): Promise<MemberCommit> {
    const admissions = turn.adds.flatMap(({ admission }) => (admission ? [admission] : []))
    const proofs = turn.adds.map(({ account, devices }) => ({ account, devices }))
    return commitChanges({
      group: this.group,
      adds: turn.adds,
      removes: turn.removes.map(({ deviceId }) => deviceId),
      authenticatedData: encodeCommitEvidence({ admissions, proofs }),
      now: this.server.clock.now,
      ...(policy ? { policy } : {}),
    })
  }

  inputOf(made: MemberCommit, turnId: ClientId | undefined): Input<'log.commit'> {
    const { commit, groupInfo, welcome, joined } = made
    const { generation, epoch } = made.record
    return {
      channelId: this.channelId,
      clientId: newId<ClientId>(),
      ...(turnId ? { turnId } : {}),
      generation,
      epoch: epoch - 1,
      payload: encodeCbor({ type: 'commit', commit }),
      groupInfo,
      ...(welcome ? { welcome: { payload: welcome, devices: joined } } : {}),
    }
  }

  /** Takes the turn, commits whatever waits, and goes on to the next epoch. */
  async commitTurn(): Promise<Output<'log.commit'>> {
    const turn = await this.take()
    if (!turn.granted) throw Object.assign(new Error('it is not our turn'), { code: 'not-granted' })
    const made = await this.commitOf(turn)
    const placed = await this.call('log.commit', this.inputOf(made, turn.turnId))
    this.#group = made.group
    return placed
  }

  /** Comes in by the newest Welcome in the mailbox. */
  async welcome(): Promise<void> {
    const { envelopes } = await this.call('mailbox.read', { after: 0, limit: 100 })
    const newest = envelopes.findLast(({ channelId }) => channelId === this.channelId)
    if (!newest || !this.#keyPackage) throw new Error('no Welcome is there')
    const { payload: welcome } = newest
    const { device } = this.person
    this.#group = (await joinByWelcome({ welcome, keyPackages: [this.#keyPackage], device })).group
  }

  /** An external commit for the present state of the group, made but not sent. */
  async externalCommit(admissions: Uint8Array[] = []) {
    const { channelId } = this
    const { generation, epoch, groupInfo, tree } = await this.call('group.read', { channelId })
    const { account, devices } = this.person.documents
    const made = await joinExternally({
      groupInfo,
      tree,
      device: this.person.device,
      authenticatedData: encodeCommitEvidence({ admissions, proofs: [{ account, devices }] }),
      now: this.server.clock.now,
    })
    const payload = encodeCbor({ type: 'commit', commit: made.commit })
    const place = { channelId, clientId: newId<ClientId>(), generation, epoch }
    return { group: made.group, input: { ...place, payload, groupInfo: made.groupInfo } }
  }

  async enterExternally(): Promise<Output<'log.commit'>> {
    const { group, input } = await this.externalCommit()
    const placed = await this.call('log.commit', input)
    this.#group = group
    return placed
  }

  /** Applies somebody else's commit. */
  async follow(made: { readonly commit: Uint8Array }): Promise<string> {
    const outcome = await applyCommit({ group: this.group, commit: made.commit })
    if (outcome.kind === 'applied') this.#group = outcome.group
    return outcome.kind
  }

  message(changes: Partial<Input<'log.append'>> = {}): Promise<Input<'log.append'>> {
    return this.place().then((place) => ({
      channelId: this.channelId,
      clientId: newId<ClientId>(),
      ...place,
      payload: new TextEncoder().encode('ciphertext, as far as the server knows'),
      ...changes,
    }))
  }

  /** Where the server says that the channel is. */
  async place(): Promise<{ generation: number; epoch: number }> {
    const { channel } = await this.call('channel.read', { channelId: this.channelId })
    return { generation: channel.generation, epoch: channel.epoch }
  }

  async say(): Promise<Output<'log.append'>> {
    return this.call('log.append', await this.message())
  }
}

/** Registers people on a server: the first is its administrator. */
export async function membersOf(server: TestServer, ...names: string[]): Promise<TestMember[]> {
  const [first = 'ada', ...others] = names
  const administrator = await server.administrator(first)
  const people = [administrator]
  for (const name of others) people.push(await server.member(administrator, name))
  return people.map((person) => new TestMember(server, person))
}

/** A channel in which all are in, by Welcome. The first has founded it. */
export async function channelOf(
  members: readonly TestMember[],
  kind: 'public' | 'private' = 'private',
  changes: Partial<ChannelPolicy> = {},
): Promise<ChannelId> {
  const [founder, ...others] = members
  if (!founder) throw new Error('somebody has to found the channel')
  for (const member of others) await member.offer()
  await founder.create(kind, changes, others)
  if (others.length > 0) await founder.commitTurn()
  for (const member of others) await member.welcome()
  return founder.channelId
}
