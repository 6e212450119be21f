import { FIRST_HEAD, hashPayload, nextHead } from '@reforms/crypto/public'
import type { Entry } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

function headsAlong(entries: readonly Entry[], before: Uint8Array = FIRST_HEAD): Uint8Array[] {
  let head = before
  return entries.map((entry) => {
    const header = { ...entry, sender: entry.sender ?? null }
    head = nextHead(head, header, entry.payload ? hashPayload(entry.payload) : entry.payloadHash)
    return head
  })
}

test('LOG-1, LOG-2, LOG-3: entries are numbered without a gap and every head follows from the one before', async () => {
  const channelId = await channelOf([ada, ben])
  const [first, second] = [await ada.say(), await ben.say()]
  expect([first.seq, second.seq]).toEqual([3, 4])
  const log = await ben.call('log.read', { channelId, after: 0, limit: 10 })
  expect(log.entries.map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, 'commit'],
    [2, 'commit'],
    [3, 'message'],
    [4, 'message'],
  ])
  expect(headsAlong(log.entries)).toEqual(log.entries.map(({ head }) => head))
  expect(log.head).toEqual(second.head)
  const page = await ada.call('log.page', { channelId, before: 4, limit: 2 })
  expect(page.entries).toEqual(log.entries.slice(1, 3))
  expect(page.headBefore).toEqual(log.entries[0]!.head)
  expect((await ada.call('log.page', { channelId, before: 1, limit: 2 })).headBefore).toEqual(FIRST_HEAD)
})

test('LOG-1: fifty senders at once get fifty places in one chain', async () => {
  const channelId = await channelOf([ada, ben])
  const message = await ada.message()
  const sends = Array.from({ length: 50 }, (_, i) =>
    (i % 2 ? ada : ben).call('log.append', { ...message, clientId: newId() }),
  )
  const seqs = (await Promise.all(sends)).map(({ seq }) => seq).sort((a, b) => a - b)
  expect(seqs).toEqual(Array.from({ length: 50 }, (_, i) => i + 3))
  const { entries } = await ben.call('log.read', { channelId, after: 0, limit: 100 })
  expect(headsAlong(entries)).toEqual(entries.map(({ head }) => head))
})

test('LOG-6: a retry under the same clientId has the same place, also at once and after the epoch moved', async () => {
  const channelId = await channelOf([ada, ben])
  const message = await ada.message()
  const placed = await Promise.all([1, 2, 3, 4].map(() => ada.call('log.append', message)))
  expect(new Set(placed.map(({ seq }) => seq)).size).toBe(1)
  await ada.commitTurn()
  expect(await ada.call('log.append', message)).toEqual(placed[0])
  const other = await ben.call('log.append', { ...(await ben.message()), clientId: message.clientId })
  expect(other.seq).toBe(5)
  const { seq } = await ada.call('log.read', { channelId, after: 0, limit: 1 })
  expect(seq).toBe(5)
})

test('LOG-7, LOG-8: whoever has another history is told so', async () => {
  const channelId = await channelOf([ada])
  const placed = await ada.say()
  const ask = (after: number, head?: Uint8Array) =>
    ada.codeOf('log.read', { channelId, after, limit: 10, ...(head ? { head } : {}) })
  expect(await ask(placed.seq, placed.head)).toBe('done')
  expect(await ask(0, FIRST_HEAD)).toBe('done')
  expect(await ask(1, placed.head)).toBe('log-diverged')
  expect(await ask(placed.seq + 1, placed.head)).toBe('log-diverged')
  expect(await ask(placed.seq + 1)).toBe('log-diverged')
})

test('LOG-10: a message for another epoch is refused, with the place where the log is', async () => {
  await channelOf([ada, ben])
  const message = await ben.message()
  await ada.commitTurn()
  const refused = await server.send('log.append', message, ben.person)
  expect(refused).toMatchObject({
    error: { code: 'stale-epoch', detail: { generation: 1, epoch: message.epoch + 1, seq: 3 } },
  })
  expect(await ben.codeOf('log.append', { ...message, generation: 2, epoch: 0 })).toBe('stale-epoch')
})

test('a message may relate to what is there, and to nothing else', async () => {
  await channelOf([ada])
  const { seq } = await ada.say()
  expect(await ada.codeOf('log.append', await ada.message({ relatesTo: seq }))).toBe('done')
  expect(await ada.codeOf('log.append', await ada.message({ relatesTo: seq + 5 }))).toBe('invalid-input')
})

test('LOG-11: of two commits for one epoch the log takes one', async () => {
  await channelOf([ada, ben])
  const turn = await ada.take()
  const [one, two] = [await ada.commitOf(turn), await ada.commitOf(turn)]
  const codes = await Promise.all(
    [one, two].map((made) => ada.codeOf('log.commit', ada.inputOf(made, turn.turnId))),
  )
  expect(codes.toSorted()).toEqual(['done', 'stale-epoch'])
  expect((await ada.place()).epoch).toBe(2)
})

test('LOG-6, LOG-11: a commit whose answer was lost is placed once', async () => {
  await channelOf([ada, ben])
  const turn = await ada.take()
  const input = ada.inputOf(await ada.commitOf(turn), turn.turnId)
  const placed = await ada.call('log.commit', input)
  expect(await ada.call('log.commit', input)).toEqual(placed)
  expect((await ada.place()).epoch).toBe(2)
})

test('LOG-10, LOG-11: messages that race a commit are before it in the old epoch, or refused', async () => {
  const channelId = await channelOf([ada, ben])
  const message = await ben.message()
  const turn = await ada.take()
  const input = ada.inputOf(await ada.commitOf(turn), turn.turnId)
  const codes = await Promise.all([
    ada.codeOf('log.commit', input),
    ...Array.from({ length: 20 }, () => ben.codeOf('log.append', { ...message, clientId: newId() })),
  ])
  for (const code of codes) expect(['done', 'stale-epoch']).toContain(code)
  const { entries } = await ada.call('log.read', { channelId, after: 0, limit: 100 })
  const commit = entries.findIndex(({ kind, epoch }) => kind === 'commit' && epoch === 1)
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'message') expect(index).toBeLessThan(commit)
  }
})

test('LOG-12, CH-7: from their removal on nobody is taken from, delivered to, or can read; a commit opens the log again', async () => {
  const moderators = [ada.person.identity.publicKey]
  const channelId = await channelOf([ada, ben, carl], 'private', { moderators })
  const message = await carl.message()
  await ada.call('channel.remove', { channelId, userId: carl.userId })
  expect(await carl.codeOf('log.append', message)).toBe('not-found')
  expect(await carl.codeOf('log.read', { channelId, after: 0, limit: 10 })).toBe('not-found')
  expect(await carl.codeOf('log.page', { channelId, before: 3, limit: 10 })).toBe('not-found')
  expect(await carl.codeOf('group.read', { channelId })).toBe('not-found')
  expect(await ben.codeOf('log.append', await ben.message())).toBe('removal-pending')
  const turn = await ben.take()
  expect(turn.removes).toEqual([{ userId: carl.userId, deviceId: carl.deviceId }])
  const made = await ben.commitOf(turn)
  await ben.call('log.commit', ben.inputOf(made, turn.turnId))
  expect(await carl.follow(made)).toBe('removed')
  expect(await ben.codeOf('log.append', await ben.message())).toBe('done')
  const { roster, leaving } = await ada.call('channel.read', { channelId })
  expect(roster.map(({ userId }) => userId)).toEqual([ada.userId, ben.userId])
  expect(leaving).toEqual([])
})

test('GEN-1, GEN-4, GEN-5: a next generation begins with its founder, and all others wait to be added again', async () => {
  const channelId = await channelOf([ada, ben, carl])
  const clientId = newId<never>()
  const made = await ben.begin(ben.policy('private'), 2)
  const founding = { channelId, clientId, generation: 2, ...made }
  expect(await ben.codeOf('log.found', { ...founding, generation: 3 })).toBe('commit-refused')
  const placed = await ben.call('log.found', founding)
  expect(placed.seq).toBe(3)
  expect(await ben.call('log.found', founding)).toEqual(placed)
  const { channel, roster, joining } = await ben.call('channel.read', { channelId })
  expect(channel).toMatchObject({ generation: 2, epoch: 0, place: 'member' })
  expect(roster).toEqual([{ userId: ben.userId, deviceId: ben.deviceId }])
  expect(joining.map(({ userId }) => userId).toSorted()).toEqual([ada.userId, carl.userId].toSorted())
  expect(await ada.codeOf('log.append', await ada.message())).toBe('forbidden')
})

test('GEN-6: where moderators are named, nobody else founds; and the policy goes on as it was', async () => {
  const moderators = [ada.person.identity.publicKey]
  const channelId = await channelOf([ada, ben], 'private', { moderators })
  const policy = ben.policy('private', { moderators })
  const byBen = { channelId, clientId: newId<never>(), generation: 2, ...(await ben.begin(policy, 2)) }
  expect(await ben.codeOf('log.found', byBen)).toBe('forbidden')
  const open = { channelId, clientId: newId<never>(), generation: 2 }
  const changed = await ada.begin(ada.policy('private'), 2)
  expect(await ada.codeOf('log.found', { ...open, ...changed })).toBe('commit-refused')
  expect(await ada.codeOf('log.found', { ...open, ...(await ada.begin(policy, 2)) })).toBe('done')
})

test('GEN-6: a role in the organisation founds nothing where the policy names others: no member would follow', async () => {
  const moderators = [ben.person.identity.publicKey]
  const channelId = await channelOf([ben, ada], 'public', { moderators })
  const begun = await ada.begin(ada.policy('public', { moderators }), 2)
  const byAda = { channelId, clientId: newId<never>(), generation: 2, ...begun }
  expect(await ada.codeOf('log.found', byAda)).toBe('forbidden')
})
