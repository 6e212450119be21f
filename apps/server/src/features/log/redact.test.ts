import { signRedaction } from '@reforms/crypto'
import { hashPayload } from '@reforms/crypto/public'
import type { BlobId, ChannelId, ClientId, Input } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { addTestDevice } from '../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]
let channelId: ChannelId

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
  const moderators = [ada.person.identity.publicKey]
  channelId = await channelOf([ada, ben, carl], 'private', { moderators })
}, 60_000)
afterAll(() => server.stop())

async function order(by: TestMember, target: { seq: number; clientId: ClientId }, blobs: BlobId[] = []) {
  const payload = await signRedaction(by.person.device.signature, { channelId, ...target, blobs })
  return { channelId, clientId: newId<ClientId>(), seq: target.seq, payload }
}

async function said(by: TestMember) {
  const message = await by.message()
  const { seq } = await by.call('log.append', message)
  return { seq, clientId: message.clientId, payload: message.payload }
}

async function entryAt(seq: number) {
  const { entries } = await ada.call('log.read', { channelId, after: seq - 1, limit: 1 })
  return entries[0]!
}

test('LOG-9, LOG-14: the author erases a message; its place, header and hash stay, and the order is an entry', async () => {
  const { payload, ...target } = await said(ben)
  const before = await entryAt(target.seq)
  const input = await order(ben, target)
  const placed = await ben.call('log.redact', input)
  expect(await ben.call('log.redact', input)).toEqual(placed)
  const after = await entryAt(target.seq)
  expect(after.payload).toBeUndefined()
  expect(after).toEqual({ ...before, payload: undefined })
  expect(after.payloadHash).toEqual(hashPayload(payload))
  expect(await entryAt(placed.seq)).toMatchObject({ kind: 'redaction', relatesTo: target.seq })
})

test('LOG-14: an order for what was erased without one, since it was old, is carried out as any other', async () => {
  const { payload: _payload, ...target } = await said(ben)
  await server.sql`update log_entry set payload = null where channel_id = ${channelId} and seq = ${target.seq}`
  const placed = await ben.call('log.redact', await order(ben, target))
  expect(await entryAt(placed.seq)).toMatchObject({ kind: 'redaction', relatesTo: target.seq })
})

test('LOG-14: a moderator erases it as well, once; anybody else does not', async () => {
  const { payload: _payload, ...target } = await said(ben)
  expect(await carl.codeOf('log.redact', await order(carl, target))).toBe('forbidden')
  const placed = await ada.call('log.redact', await order(ada, target))
  expect(await ben.call('log.redact', await order(ben, target))).toEqual(placed)
})

test('GUEST-1, LOG-14: a guest whom the policy names erases their own messages only', async () => {
  const [{ payload: _bens, ...bens }, { payload: _adas, ...adas }] = [await said(ben), await said(ada)]
  await server.sql`update user_account set role = 'guest' where user_id = ${ada.userId}`
  expect(await ada.codeOf('log.redact', await order(ada, bens))).toBe('forbidden')
  expect(await ada.codeOf('log.redact', await order(ada, adas))).toBe('done')
  await server.sql`update user_account set role = 'administrator' where user_id = ${ada.userId}`
  expect(await ada.codeOf('log.redact', await order(ada, bens))).toBe('done')
})

test('LOG-14: an order by another key, for another entry or for what is no message is refused', async () => {
  const [{ payload: _one, ...target }, { payload: _two, ...other }] = [await said(ben), await said(ben)]
  const byCarl = await order(carl, target)
  const forOther = { ...(await order(ben, other)), seq: target.seq }
  const wrongName = await order(ben, { ...target, clientId: newId<ClientId>() })
  const elsewhere = { ...target, channelId: newId<ChannelId>(), blobs: [] }
  const otherPlace = { ...target, channelId, seq: other.seq, blobs: [] }
  const { signature } = ben.person.device
  const codes: [Input<'log.redact'>, string][] = [
    [byCarl, 'bad-signature'],
    [forOther, 'bad-signature'],
    [wrongName, 'bad-signature'],
    [{ ...wrongName, payload: await signRedaction(signature, elsewhere) }, 'bad-signature'],
    [{ ...wrongName, payload: await signRedaction(signature, otherPlace) }, 'bad-signature'],
    [await order(ben, { ...target, seq: 1 }), 'not-found'],
    [await order(ben, { ...target, seq: 9999 }), 'not-found'],
  ]
  for (const [input, code] of codes) expect(await ben.codeOf('log.redact', input)).toBe(code)
  expect((await entryAt(target.seq)).payload).toBeDefined()
})

test('BLB-6: the blobs that a redaction names go with the message, and nobody else’s', async () => {
  const [bens, carls] = [newId<BlobId>(), newId<BlobId>()]
  await ben.call('blob.create', { blobId: bens, channelId, size: 10 })
  await carl.call('blob.create', { blobId: carls, channelId, size: 10 })
  const { payload: _payload, ...target } = await said(ben)
  await ben.call('log.redact', await order(ben, target, [bens, carls]))
  const left = await server.sql`select blob_id as id from blob where blob_id = any(${[bens, carls]}::uuid[])`
  expect(left.map(({ id }) => id as string)).toEqual([carls])
})

test('REL-7: the edits that an order names go with the message; what is no edit of it by its author stays', async () => {
  const { payload: _payload, ...target } = await said(ben)
  const relatedBy = async (by: TestMember, relatesTo?: number) => {
    const message = { ...(await by.message()), ...(relatesTo === undefined ? {} : { relatesTo }) }
    const { seq } = await by.call('log.append', message)
    return { seq, clientId: message.clientId }
  }
  const edit = await relatedBy(ben, target.seq)
  const misnamed = { ...(await relatedBy(ben, target.seq)), clientId: newId<ClientId>() }
  const [carls, unrelated] = [await relatedBy(carl, target.seq), await relatedBy(ben)]
  const edits = [edit, misnamed, carls, unrelated]
  const named = { channelId, ...target, edits, stood: 'channel' as const }
  const payload = await signRedaction(ben.person.device.signature, named)
  await ben.call('log.redact', { channelId, clientId: newId<ClientId>(), seq: target.seq, payload })
  const isThere = async ({ seq }: { seq: number }) => (await entryAt(seq)).payload !== undefined
  expect(await Promise.all([target, ...edits].map(isThere))).toEqual([false, false, true, true, true])
})

/** A channel with the same entries under other names, and the same people. */
async function copyOfChannel(): Promise<ChannelId> {
  const copy = newId<ChannelId>()
  await server.sql.begin(async (sql) => {
    for (const [table, key] of [
      ['channel', 'direct_key = null'],
      ['channel_leaf', 'since_seq = 1'],
      ['log_entry', 'client_id = gen_random_uuid()'],
    ] as const) {
      await sql`create temp table copied on commit drop as
        select * from ${sql(table)} where channel_id = ${channelId}`
      await sql`update copied set channel_id = ${copy}, ${sql.unsafe(key)}`
      await sql`insert into ${sql(table)} select * from copied`
      await sql`drop table copied`
    }
  })
  return copy
}

async function erasedIn(channel: ChannelId): Promise<number[]> {
  const rows = await server.sql<{ seq: number }[]>`
    select seq::float8 as seq from log_entry where channel_id = ${channel} and payload is null order by seq`
  return rows.map(({ seq }) => seq)
}

test('LOG-14: an order erases the entry that it names, and none at the same place elsewhere', async () => {
  const { payload: _payload, ...target } = await said(ben)
  await said(ben)
  const [copy, before] = [await copyOfChannel(), await erasedIn(channelId)]
  await ben.call('log.redact', await order(ben, target))
  expect(await erasedIn(channelId)).toEqual([...before, target.seq])
  expect(await erasedIn(copy)).toEqual(before)
})

test('LOG-14: what is a message in another channel only is none in this one', async () => {
  const { payload: _payload, ...target } = await said(ben)
  const copy = await copyOfChannel()
  await server.sql`
    update log_entry set kind = 'message', sender_user = ${ben.userId}, client_id = ${target.clientId}
    where channel_id = ${copy} and seq = 1`
  expect(await ben.codeOf('log.redact', await order(ben, { ...target, seq: 1 }))).toBe('not-found')
})

test('LOG-14: an order that was carried out is found among orders for this entry, in this channel', async () => {
  const { payload: _payload, ...target } = await said(ben)
  await ben.call('log.append', await ben.message({ relatesTo: target.seq }))
  const placed = await ada.call('log.redact', await order(ada, target))
  const copy = await copyOfChannel()
  await server.sql`
    update log_entry set kind = 'redaction', relates_to = ${target.seq} where channel_id = ${copy} and seq = 2`
  expect(await ben.call('log.redact', await order(ben, target))).toEqual(placed)
})

test('LOG-14: a device that is in another channel only gives no orders here', async () => {
  const { payload: _payload, ...target } = await said(ben)
  await copyOfChannel()
  const second = await addTestDevice(server.sql, ben.userId)
  await server.sql`
    update channel_leaf set device_id = ${second} where channel_id = ${channelId} and device_id = ${ben.deviceId}`
  const refused = await server.send('log.redact', await order(ben, target), ben.person)
  expect(refused).toMatchObject({ error: { code: 'forbidden', detail: { reason: 'device-not-in' } } })
})
