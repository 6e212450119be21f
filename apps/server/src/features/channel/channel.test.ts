import type { ChannelId, ChannelPolicy, ClientId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { addTestChannel } from '../testing.ts'
import { channelOf, membersOf, TestMember } from '../testing-member.ts'

let server: TestServer
type Four = [TestMember, TestMember, TestMember, TestMember]
let [ada, ben, carl, dora] = [] as unknown as Four

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl, dora] = (await membersOf(server, 'ada', 'ben', 'carl', 'dora')) as Four
}, 60_000)
afterAll(() => server.stop())

async function placeOf(member: TestMember, channelId: ChannelId): Promise<string> {
  const { channels } = await member.call('channel.list', {})
  return channels.find((channel) => channel.channelId === channelId)?.place ?? 'none'
}

test('CH-2: a channel begins with its group and entry 1, or not at all; a lost answer makes no second one', async () => {
  const founding = await ada.founding('private')
  expect(await ada.codeOf('channel.create', { ...founding, kind: 'public', name: 'x' })).toBe(
    'commit-refused',
  )
  expect(await ben.codeOf('channel.create', founding)).toBe('commit-refused')
  expect(await ada.codeOf('channel.create', { ...founding, channelId: newId() })).toBe('commit-refused')
  expect(await ada.codeOf('channel.read', { channelId: founding.channelId })).toBe('not-found')
  const { channel, existing } = await ada.call('channel.create', founding)
  expect(existing).toBe(false)
  expect(channel).toMatchObject({
    seq: 1,
    epoch: 0,
    generation: 1,
    memberCount: 1,
    place: 'member',
    deviceIn: true,
    removing: false,
  })
  expect(await ada.call('channel.create', founding)).toEqual({ channel, existing: false })
  expect(await ada.codeOf('channel.create', { ...founding, clientId: newId() })).toBe('already-exists')
})

test('CH-1: the server is told the name and the topic of no channel but a public one, which has a name', async () => {
  const founding = await ada.founding('private', { moderators: [ada.person.identity.publicKey] })
  for (const plain of [{ name: 'Oncology' }, { topic: 'Who is ill' }])
    expect(await ada.send('channel.create', { ...founding, ...plain })).toMatchObject({
      error: { code: 'invalid-input', detail: { path: '/name' } },
    })
  expect(await ada.codeOf('channel.create', founding)).toBe('done')
  const { channelId } = founding
  expect(await ada.codeOf('channel.update', { channelId, name: 'Oncology' })).toBe('invalid-input')
  const { name: _name, ...nameless } = await ada.founding('public')
  expect(await ada.codeOf('channel.create', nameless)).toBe('invalid-input')
})

test('CH-2, CH-5: people named at the start wait, and come in by the founder’s first commit', async () => {
  await ben.offer()
  const { channel } = await ada.create('private', {}, [ben])
  const { channelId } = channel
  expect(await placeOf(ben, channelId)).toBe('joining')
  expect(await ben.codeOf('log.read', { channelId, after: 0, limit: 1 })).toBe('forbidden')
  await ada.commitTurn()
  await ben.welcome()
  expect(await placeOf(ben, channelId)).toBe('member')
  const { roster, joining } = await ben.call('channel.read', { channelId })
  expect(roster.map(({ userId }) => userId)).toEqual([ada.userId, ben.userId])
  expect(joining).toEqual([])
  const { envelopes } = await ben.call('mailbox.read', { after: 0, limit: 10 })
  expect(envelopes.at(-1)).toMatchObject({ kind: 'welcome', channelId, seq: 2, from: ada.deviceId })
})

test('CH-3: the same people have one direct channel, also when both begin it at once', async () => {
  const participants = [ada, ben].map(({ person }) => person.identity.publicKey)
  const input = async (from: TestMember, other: TestMember) => ({
    ...(await from.founding('direct', { participants })),
    members: [{ userId: other.userId }],
  })
  const foundings = [await input(ada, ben), await input(ben, ada)] as const
  const [one, two] = await Promise.all([
    ada.call('channel.create', foundings[0]),
    ben.call('channel.create', foundings[1]),
  ])
  expect(one.channel.channelId).toBe(two.channel.channelId)
  expect([one.existing, two.existing].toSorted()).toEqual([false, true])
  expect(one.channel.participants).toEqual([ben.userId])
  const { channelId } = one.channel
  const founder = one.existing ? ben : ada
  founder.channelId = channelId
  expect(await founder.codeOf('channel.add', { channelId, members: [await founder.admit(carl)] })).toBe(
    'forbidden',
  )
})

test('CH-3: once somebody has left, the same people begin a new direct channel', async () => {
  const participants = [carl, dora].map(({ person }) => person.identity.publicKey)
  const input = async () => ({
    ...(await carl.founding('direct', { participants })),
    members: [{ userId: dora.userId }],
  })
  const first = await carl.call('channel.create', await input())
  await dora.call('channel.leave', { channelId: first.channel.channelId })
  const second = await carl.call('channel.create', await input())
  expect(second.existing).toBe(false)
  expect(second.channel.channelId).not.toBe(first.channel.channelId)
})

test('a direct channel’s policy names exactly its participants', async () => {
  const participants = [ada, carl].map(({ person }) => person.identity.publicKey)
  const founding = await ada.founding('direct', { participants })
  const members = [{ userId: ben.userId }]
  expect(await ada.codeOf('channel.create', { ...founding, members })).toBe('commit-refused')
  expect(await ada.codeOf('channel.create', { ...founding, members: [{ userId: newId() }] })).toBe(
    'not-found',
  )
})

test('CH-4: a public name is there once, whatever its case, among those not archived', async () => {
  const first = await ada.founding('public')
  await ada.call('channel.create', { ...first, name: 'General' })
  const second = { ...(await ben.founding('public')), name: 'GENERAL' }
  expect(await ben.codeOf('channel.create', second)).toBe('name-taken')
  await ada.call('channel.update', { channelId: first.channelId, archived: true })
  expect(await ben.codeOf('channel.create', second)).toBe('done')
  expect(await ada.codeOf('channel.update', { channelId: first.channelId, archived: false })).toBe(
    'name-taken',
  )
})

test('channel.update: a rename is a notice in the log; only moderators change anything', async () => {
  const { channel } = await ada.create('public')
  const { channelId } = channel
  expect(await ben.codeOf('channel.update', { channelId, topic: 'x' })).toBe('forbidden')
  const name = `renamed ${channelId}`
  const updated = await ada.call('channel.update', { channelId, name, topic: 'About' })
  expect(updated.channel).toMatchObject({ name, topic: 'About', seq: 2 })
  const { entries } = await ada.call('log.read', { channelId, after: 1, limit: 10 })
  expect(entries.map(({ kind, sender }) => [kind, sender])).toEqual([['notice', undefined]])
})

test('the setting publicChannels keeps public channels to administrators', async () => {
  await ada.call('settings.update', { publicChannels: 'administrators' })
  expect(await ben.codeOf('channel.create', await ben.founding('public'))).toBe('forbidden')
  expect(await ada.codeOf('channel.create', await ada.founding('public'))).toBe('done')
  expect(await ben.codeOf('channel.create', await ben.founding('private'))).toBe('done')
  await ada.call('settings.update', { publicChannels: 'everyone' })
})

test('a stranger joins a public channel by themselves, by an external commit where nobody answers', async () => {
  const { channel } = await ada.create('public')
  ben.channelId = channel.channelId
  expect(await ben.codeOf('group.read', { channelId: channel.channelId })).toBe('forbidden')
  const joined = await ben.call('channel.join', { channelId: channel.channelId })
  expect(joined.channel.place).toBe('joining')
  const placed = await ben.enterExternally()
  expect(placed.seq).toBe(2)
  expect(await placeOf(ben, channel.channelId)).toBe('member')
  expect((await ben.say()).seq).toBe(3)
})

test('TURN-6, GEN-3: an external commit is for who waits, or has lost their state; a leaf is replaced, not doubled', async () => {
  const channelId = await channelOf([ada, ben], 'public')
  const { input } = await ben.externalCommit()
  expect(await carl.codeOf('log.commit', { ...input, channelId })).toBe('forbidden')
  await carl.call('channel.join', { channelId })
  expect(await carl.codeOf('log.commit', { ...input, clientId: newId<ClientId>() })).toBe('commit-refused')
  expect(await ben.codeOf('log.commit', input)).toBe('done')
  const { roster } = await ada.call('channel.read', { channelId })
  expect(roster.map(({ userId }) => userId).toSorted()).toEqual([ada.userId, ben.userId].toSorted())
})

test('a private channel takes nobody without an admission, and nobody whom its policy does not let in', async () => {
  const moderators = [ada.person.identity.publicKey]
  const channelId = await channelOf([ada, ben], 'private', { moderators, admitters: 'moderators' })
  const unadmitted = { userId: carl.userId }
  for (const members of [[unadmitted], [unadmitted, await ada.admit(dora)]])
    expect(await ada.codeOf('channel.add', { channelId, members })).toBe('forbidden')
  expect(await ben.codeOf('channel.add', { channelId, members: [await ben.admit(carl)] })).toBe('forbidden')
  const forAnother = { ...(await ada.admit(dora)), userId: carl.userId }
  expect(await ada.codeOf('channel.add', { channelId, members: [forAnother] })).toBe('invalid-input')
  expect(await carl.codeOf('channel.read', { channelId })).toBe('not-found')
  await carl.offer()
  carl.channelId = channelId
  await ada.call('channel.add', { channelId, members: [await ada.admit(carl)] })
  await ada.commitTurn()
  await carl.welcome()
  expect(await placeOf(carl, channelId)).toBe('member')
})

test('TURN-2, TURN-3: a turn tells who waits, and its commit takes out all who wait to go', async () => {
  const channelId = await channelOf([ada, ben, carl])
  await dora.offer()
  await ada.call('channel.add', { channelId, members: [await ada.admit(dora)] })
  const early = await ada.take()
  expect(early.adds.map(({ userId, account }) => [userId, account])).toEqual([
    [dora.userId, dora.person.documents.account],
  ])
  await carl.call('channel.leave', { channelId })
  const without = ada.inputOf(await ada.commitOf(early), early.turnId)
  expect(await server.send('log.commit', without, ada.person)).toMatchObject({
    error: { code: 'commit-refused', detail: { reason: 'removal-missing' } },
  })
  const turn = await ada.take()
  expect(turn.removes).toEqual([{ userId: carl.userId, deviceId: carl.deviceId }])
  const both = await ada.commitOf(turn)
  expect(await ada.codeOf('log.commit', ada.inputOf(both, turn.turnId))).toBe('done')
  const { roster, joining, leaving } = await ben.call('channel.read', { channelId })
  expect(roster.map(({ userId }) => userId).toSorted()).toEqual(
    [ada, ben, dora].map((each) => each.userId).toSorted(),
  )
  expect([...joining, ...leaving]).toEqual([])
})

test('TURN-7, POL-2: a commit that does not fit the group is refused, whatever it changes', async () => {
  const moderators = [ada.person.identity.publicKey]
  const channelId = await channelOf([ada, ben], 'private', { moderators })
  const turn = await ben.take()
  const made = await ben.commitOf(turn)
  const input = ben.inputOf(made, turn.turnId)
  const flipped = input.payload.slice()
  flipped[flipped.length >> 1]! ^= 1
  const { group: _group, input: other } = await ada.externalCommit()
  const codes = await Promise.all([
    ben.codeOf('log.commit', { ...input, payload: flipped }),
    ben.codeOf('log.commit', { ...input, groupInfo: other.groupInfo }),
    ben.codeOf('log.commit', { ...input, welcome: { payload: flipped, devices: [ada.deviceId] } }),
    ben.codeOf('log.commit', { ...input, payload: new Uint8Array([1]) }),
    ada.codeOf('log.commit', { ...input, clientId: newId() }),
  ])
  expect(new Set(codes)).toEqual(new Set(['commit-refused']))
  await expect(ben.commitOf(turn, ben.policy('private'))).rejects.toMatchObject({
    code: 'policy-not-allowed',
  })
  const policy = ada.policy('private', { moderators, history: 'joining', admitters: 'moderators' })
  await ben.call('turn.release', { channelId, turnId: turn.turnId!, unusable: [] })
  const hers = await ada.take()
  expect(await ada.codeOf('log.commit', ada.inputOf(await ada.commitOf(hers, policy), hers.turnId))).toBe(
    'done',
  )
  expect(await ben.codeOf('channel.add', { channelId, members: [await ben.admit(carl)] })).toBe('forbidden')
})

test('GUEST-1, POL-2: a guest whom the policy names commits as a member does, and changes no policy', async () => {
  const moderators = [ada.person.identity.publicKey, ben.person.identity.publicKey]
  await channelOf([ada, ben], 'private', { moderators })
  const change = async (by: TestMember, policy: ChannelPolicy) => {
    const turn = await by.take()
    return by.codeOf('log.commit', by.inputOf(await by.commitOf(turn, policy), turn.turnId))
  }
  await server.sql`update user_account set role = 'guest' where user_id = ${ben.userId}`
  const changes: Partial<ChannelPolicy>[] = [
    { history: 'joining' },
    { retentionDays: 1 },
    { admitters: 'moderators' },
    { moderators: [ben.person.identity.publicKey] },
  ]
  for (const other of changes)
    expect(await change(ben, ben.policy('private', { moderators, ...other }))).toBe('forbidden')
  expect(await change(ben, ben.policy('private', { moderators }))).toBe('done')
  await server.sql`update user_account set role = 'member' where user_id = ${ben.userId}`
})

test('a member’s commit brings in only who waits, and takes out only who waits to go', async () => {
  const channelId = await channelOf([ada, ben, carl])
  await server.sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    select ${await addTestChannel(server.sql, [ada])}::uuid, device_id, user_id, kind
    from device cross join (values ('add'), ('remove')) kinds (kind)
    where user_id in (${carl.userId}, ${dora.userId})`
  const turn = await ada.take()
  const unasked = await ada.commitOf({
    adds: [],
    removes: [{ userId: carl.userId, deviceId: carl.deviceId }],
  })
  expect(await server.send('log.commit', ada.inputOf(unasked, turn.turnId), ada.person)).toMatchObject({
    error: { code: 'commit-refused', detail: { reason: 'not-leaving' } },
  })
  await dora.offer()
  await ada.call('channel.add', { channelId, members: [await ada.admit(dora)] })
  const withDora = await ada.take()
  dora.channelId = channelId
  await dora.call('channel.leave', { channelId })
  const late = await ada.commitOf(withDora)
  expect(await server.send('log.commit', ada.inputOf(late, withDora.turnId), ada.person)).toMatchObject({
    error: { code: 'commit-refused', detail: { reason: 'not-waiting' } },
  })
  const changed = ada.inputOf(late, withDora.turnId)
  expect(await ada.codeOf('log.commit', { ...changed, groupInfo: new Uint8Array(8) })).toBe('commit-refused')
})

test('CH-9: who leaves goes with all devices; the last one to leave a public channel archives it', async () => {
  const channelId = await channelOf([ada, ben], 'public')
  await ben.call('channel.leave', { channelId })
  expect(await placeOf(ben, channelId)).toBe('leaving')
  expect(await ben.codeOf('log.read', { channelId, after: 0, limit: 1 })).toBe('forbidden')
  await ada.commitTurn()
  expect(await placeOf(ben, channelId)).toBe('none')
  await ada.call('channel.leave', { channelId })
  const { channels } = await ada.call('channel.browse', { search: `channel ${channelId}` })
  expect(channels).toMatchObject([{ channelId, archived: true, memberCount: 0 }])
})

test('CH-8: an archived channel takes no messages and no members; it can be read and brought back', async () => {
  const channelId = await channelOf([ada, ben], 'public')
  const message = await ada.message()
  await ada.call('channel.update', { channelId, archived: true })
  expect(await ada.codeOf('log.append', message)).toBe('channel-archived')
  expect(await ada.codeOf('turn.take', { channelId })).toBe('channel-archived')
  expect(await carl.codeOf('channel.join', { channelId })).toBe('channel-archived')
  expect(await ben.codeOf('log.read', { channelId, after: 0, limit: 10 })).toBe('done')
  await ada.call('channel.update', { channelId, archived: false })
  expect(await ada.codeOf('log.append', message)).toBe('done')
})

test('CH-10: a deactivated user waits to be removed from every channel', async () => {
  const eve = new TestMember(server, await server.member(ada.person, 'eve'))
  const channelId = await channelOf([ada, eve])
  await ada.call('admin.updateUser', { userId: eve.userId, active: false })
  const { leaving } = await ada.call('channel.read', { channelId })
  expect(leaving).toEqual([{ userId: eve.userId, deviceId: eve.deviceId }])
  expect(await ada.codeOf('log.append', await ada.message())).toBe('removal-pending')
  await ada.commitTurn()
  expect(await ada.codeOf('log.append', await ada.message())).toBe('done')
})

test('channels are found by name, a page at a time', async () => {
  const names = ['paging c', 'Paging a', 'paging b']
  for (const name of names) await ada.call('channel.create', { ...(await ada.founding('public')), name })
  const first = await ben.call('channel.browse', { search: 'PAGING', limit: 2 })
  expect(first.channels.map(({ name }) => name)).toEqual(['Paging a', 'paging b'])
  expect(first.more).toBe(true)
  const after = first.channels[1]!.channelId
  const rest = await ben.call('channel.browse', { search: 'paging', limit: 2, after })
  expect(rest.channels.map(({ name, place }) => [name, place])).toEqual([['paging c', 'none']])
  expect(rest.more).toBe(false)
  expect((await ben.call('channel.browse', { search: 'p%g' })).channels).toEqual([])
})
