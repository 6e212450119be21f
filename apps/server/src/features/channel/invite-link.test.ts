/** Invite links, by what the server alone decides: how long, for how many, and for whom they are good (SPEC.md, LINK-*). */
import {
  createSigningKeyPair,
  hashDocument,
  openLink,
  sealLinkName,
  signChannelLink,
  signLinkRequest,
} from '@reforms/crypto'
import type { ChannelId, LinkId, Role, UserId } from '@reforms/protocol'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import {
  addTestChannel,
  addTestUser,
  testCall,
  testServices,
  type TestServices,
  type TestUser,
} from '../testing.ts'
import { inTransaction } from '../transaction.ts'
import { create, list, revoke } from './invite-link.ts'
import { askByLink, check, requests } from './invite-request.ts'
import { endRequests } from './removal.ts'
import { waitToBeAdded } from './waiting.ts'

const DAY_MS = 24 * 60 * 60 * 1000
let database: TestDatabase
let services: TestServices
let now = Date.now()
let ada: TestUser
let channelId: ChannelId
const random = (length: number) => new Uint8Array(randomBytes(length))
type Signer = ReturnType<typeof createSigningKeyPair>
/** Of the devices that sign here. */
const signers = new Map<UserId, Signer>()

beforeAll(async () => {
  database = await startTestDatabase()
  services = testServices(database.sql, { clock: () => now })
  ada = await addModerator()
  channelId = await addChannel(ada)
})
afterAll(() => database.stop())

/** Whose device can sign here. */
async function addModerator(): Promise<TestUser> {
  const [user, signer] = [await addTestUser(database.sql), createSigningKeyPair(random)]
  await database.sql`update device set signature_key = ${signer.publicKey} where device_id = ${user.deviceId}`
  signers.set(user.userId, signer)
  return user
}

/** Everybody in it moderates it. */
async function addChannel(...members: TestUser[]): Promise<ChannelId> {
  const made = await addTestChannel(database.sql, members)
  await database.sql`
    update channel_leaf leaf set identity_key = u.identity_key, signature_key = d.signature_key
    from device d join user_account u using (user_id)
    where leaf.channel_id = ${made} and d.device_id = leaf.device_id`
  await database.sql`
    update channel set moderators = array(
      select encode(identity_key, 'hex') from channel_leaf leaf where leaf.channel_id = ${made})
    where channel_id = ${made}`
  return made
}

type Facts = { uses?: number; days?: number; channel?: ChannelId; signer?: Signer }

async function makeLink(facts: Facts = {}) {
  const { uses = 10, days = 7, channel = channelId, signer = signers.get(ada.userId)! } = facts
  const secret = random(32)
  const { keys, token } = await openLink(secret)
  const expiry = now + days * DAY_MS
  const statement = await signChannelLink(signer, { channelId: channel, linkKey: keys.publicKey, expiry })
  const linkId = randomUUID() as LinkId
  const sealedName = await sealLinkName(secret, 'Ward 3')
  const input = { channelId, linkId, tokenHash: hashDocument(token), statement, sealedName, uses }
  return { input, linkId, keys, token }
}

type Made = Awaited<ReturnType<typeof makeLink>>

async function goodLink(facts: Facts = {}, by = ada) {
  const made = await makeLink({ signer: signers.get(by.userId)!, ...facts })
  await create({ ...made.input, channelId: facts.channel ?? channelId }, testCall(services, by))
  return made
}

async function identityOf({ userId }: TestUser): Promise<Uint8Array> {
  const [row] = await database.sql<{ key: Buffer }[]>`
    select identity_key as key from user_account where user_id = ${userId}`
  return new Uint8Array(row!.key)
}

async function ask({ keys, token }: Made, user: TestUser, as = user, channel = channelId) {
  const identityKey = await identityOf(as)
  const request = await signLinkRequest(keys, { channelId: channel, userId: as.userId, identityKey })
  return askByLink({ token, request }, testCall(services, user))
}

const asking = async (of = ada, role: Role = 'member') => {
  const call = testCall(services, of)
  const found = await requests({}, { ...call, actor: { ...call.actor!, role } })
  return found.requests.map(({ userId }) => userId)
}

test('LINK-2: a statement for another channel, for too long, or of another device makes no link', async () => {
  const elsewhere = await makeLink({ channel: randomUUID() as ChannelId })
  const [forever, over] = [await makeLink({ days: 40 }), await makeLink({ days: -1 })]
  const others = await makeLink({ signer: createSigningKeyPair(random) })
  for (const { input } of [elsewhere, forever, over, others])
    await expect(create(input, testCall(services, ada))).rejects.toMatchObject({ code: 'invalid-input' })
})

test('LINK-3: whoever asks is told of in the log once, and shown to members until they wait or the link is revoked', async () => {
  const link = await goodLink()
  const [bob, carl] = [await addTestUser(database.sql), await addTestUser(database.sql)]
  expect(await ask(link, bob)).toEqual({ place: 'asked' })
  expect(await ask(link, bob)).toEqual({ place: 'asked' })
  expect(services.sent.filter(({ event }) => event.type === 'entry')).toHaveLength(1)
  await ask(link, carl)
  expect(await asking()).toEqual([bob.userId, carl.userId])
  expect((await requests({}, testCall(services, bob))).requests).toEqual([])
  await inTransaction(database.sql, (transaction) => waitToBeAdded(transaction, channelId, bob))
  expect(await asking()).toEqual([carl.userId])
  expect(await ask(link, bob)).toEqual({ place: 'in' })
  await revoke({ channelId, linkId: link.linkId }, testCall(services, ada))
  expect(await asking()).toEqual([])
  await expect(ask(link, carl)).rejects.toMatchObject({ code: 'invitation-invalid' })
  await expect(revoke({ channelId, linkId: link.linkId }, testCall(services, ada))).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('LINK-3: nobody asks for somebody else, nor without the link’s key', async () => {
  const [link, other] = [await goodLink(), await goodLink()]
  const [bob, carl] = [await addTestUser(database.sql), await addTestUser(database.sql)]
  await expect(ask(link, bob, carl)).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(ask({ ...link, keys: other.keys }, bob)).rejects.toMatchObject({ code: 'invalid-input' })
  const facts = { channelId, userId: bob.userId, identityKey: random(32) }
  const request = await signLinkRequest(link.keys, facts)
  await expect(askByLink({ token: link.token, request }, testCall(services, bob))).rejects.toMatchObject({
    code: 'invalid-input',
  })
})

const roleOf = ({ userId }: TestUser, role: Role) =>
  database.sql`update user_account set role = ${role} where user_id = ${userId}`

test('LINK-4: a link ends with its maker’s right to moderate and with the device that signed; who asked by it asks by another', async () => {
  const [mia, bob] = [await addModerator(), await addTestUser(database.sql)]
  const ward = await addChannel(ada, mia)
  const [mias, adas] = [await goodLink({ channel: ward }, mia), await goodLink({ channel: ward })]
  expect(await ask(mias, bob, bob, ward)).toEqual({ place: 'asked' })
  expect(await asking()).toEqual([bob.userId])
  const good = async () =>
    (await list({ channelId: ward }, testCall(services, ada))).links.map(({ linkId }) => linkId)
  expect((await good()).sort()).toEqual([mias.linkId, adas.linkId].sort())
  const ended = async () => {
    expect(await good()).toEqual([adas.linkId])
    expect(await asking()).toEqual([])
    await expect(ask(mias, bob, bob, ward)).rejects.toMatchObject({ code: 'invitation-invalid' })
    expect(await check({ token: adas.token }, testCall(services, bob))).toMatchObject({ place: 'none' })
  }
  await roleOf(mia, 'guest')
  await ended()
  await roleOf(mia, 'member')
  expect(await asking()).toEqual([bob.userId])
  await database.sql`
    update channel_leaf set signature_key = ${random(32)} where channel_id = ${ward} and user_id = ${mia.userId}`
  await ended()
  expect(await ask(adas, bob, bob, ward)).toEqual({ place: 'asked' })
  expect(await asking()).toEqual([bob.userId])
  await revoke({ channelId: ward, linkId: adas.linkId }, testCall(services, ada))
  expect(await asking()).toEqual([])
})

test('LINK-4: into a public channel, too, a link of who moderates no more lets nobody in', async () => {
  const [mia, gia] = [await addModerator(), await addTestUser(database.sql)]
  const open = await addTestChannel(database.sql, [ada])
  await database.sql`update channel set kind = 'public', name = 'Open' where channel_id = ${open}`
  await roleOf(mia, 'moderator')
  await roleOf(gia, 'guest')
  const link = await goodLink({ channel: open }, mia)
  expect(await check({ token: link.token }, testCall(services, gia))).toMatchObject({ place: 'none' })
  await roleOf(mia, 'member')
  await expect(ask(link, gia, gia, open)).rejects.toMatchObject({ code: 'invitation-invalid' })
  await roleOf(mia, 'moderator')
  expect(await ask(link, gia, gia, open)).toEqual({ place: 'in' })
})

test('LINK-4: only who may admit is told who asks, and a new identity asks anew', async () => {
  const [member, carl, dora] = [
    await addTestUser(database.sql),
    await addTestUser(database.sql),
    await addTestUser(database.sql),
  ]
  const ward = await addChannel(ada)
  await database.sql`
    insert into channel_leaf (channel_id, device_id, user_id, leaf_index, identity_key, signature_key, since_seq)
    values (${ward}, ${member.deviceId}, ${member.userId}, 1, ${random(32)}, ${random(32)}, 1)`
  const link = await goodLink({ channel: ward })
  await ask(link, carl, carl, ward)
  await ask(link, dora, dora, ward)
  expect(await asking(member)).toHaveLength(2)
  expect(await asking(member, 'guest')).toEqual([])
  await database.sql`update channel set admitters = 'moderators' where channel_id = ${ward}`
  expect(await asking(member)).toEqual([])
  expect(await asking()).toHaveLength(2)
  await inTransaction(database.sql, (transaction) => endRequests(transaction, carl.userId))
  expect(await asking()).toEqual([dora.userId])
  await database.sql`update channel set archived = true where channel_id = ${ward}`
  expect(await asking()).toEqual([])
})

test('LINK-4: a link is for so many people, asked by all at once, and until its time is over', async () => {
  const link = await goodLink({ uses: 2, days: 1 })
  const people = await Promise.all(Array.from({ length: 6 }, () => addTestUser(database.sql)))
  const answers = await Promise.allSettled(people.map((person) => ask(link, person)))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  const { links } = await list({ channelId }, testCall(services, ada))
  expect(links.map(({ linkId }) => linkId)).not.toContain(link.linkId)
  const [day, late] = [await goodLink({ days: 1 }), await addTestUser(database.sql)]
  now += DAY_MS + 1
  await expect(ask(day, late)).rejects.toMatchObject({ code: 'invitation-invalid' })
  expect(await asking()).toEqual([])
  await expect(check({ token: day.token }, testCall(services, late))).rejects.toMatchObject({
    code: 'invitation-invalid',
  })
})

test('LINK-5: whoever was in before is not let in by a link', async () => {
  const link = await goodLink()
  const gone = await addTestUser(database.sql)
  await database.sql`insert into channel_met (channel_id, user_id) values (${channelId}, ${gone.userId})`
  expect(await check({ token: link.token }, testCall(services, gone))).toMatchObject({ place: 'was-in' })
  await expect(ask(link, gone)).rejects.toMatchObject({ code: 'forbidden', detail: { reason: 'was-in' } })
})

test('LIM-4: a channel has so many links; those that are over make room', async () => {
  const room = await addChannel(ada)
  await database.sql`
    insert into channel_link select gen_random_uuid(), ${room}, sha256(n::text::bytea), '', '', ${ada.userId}, now(),
      ${new Date(now + DAY_MS)}, 1, 1 from generate_series(1, 50) n`
  const inRoom = { ...(await makeLink({ channel: room, days: 30 })).input, channelId: room }
  await expect(create(inRoom, testCall(services, ada))).rejects.toMatchObject({ code: 'too-many' })
  now += DAY_MS + 1
  await create(inRoom, testCall(services, ada))
  expect((await list({ channelId: room }, testCall(services, ada))).links).toHaveLength(1)
})
