import { createHash } from 'node:crypto'
import { encodeCbor, type ChannelId, type ClientId, type DeviceId, type UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { FIRST_HEAD, hashPayload, nextHead, type EntryHeader } from './log-hash.ts'
import { code, seeded, uuid } from './testing.ts'

const random = seeded(9)
const header: EntryHeader = {
  channelId: uuid<ChannelId>(1),
  seq: 1,
  kind: 'message',
  generation: 1,
  epoch: 0,
  sender: uuid<DeviceId>(2),
  clientId: uuid<ClientId>(3),
  at: 1_800_000_000_000,
}

describe('log hash chain', () => {
  it.each([0, 1, 100, 3])('is SHA-256 over head, header and payload hash, with %i notified', (notified) => {
    const payload = random(20)
    const { channelId, seq, kind, generation, epoch, sender, clientId, at } = header
    const notify = notified === 0 ? null : Array.from({ length: notified }, (_, index) => uuid<UserId>(index))
    const encoded = encodeCbor([
      1,
      channelId,
      seq,
      kind,
      generation,
      epoch,
      sender,
      clientId,
      null,
      notify,
      at,
    ])
    const payloadHash = createHash('sha256').update(payload).digest()
    const head = random(32)
    const expected = createHash('sha256').update(head).update(encoded).update(payloadHash).digest()
    expect(Buffer.from(nextHead(head, { ...header, notify }, hashPayload(payload)))).toEqual(expected)
  })

  it('says the same of an absent field and of null', () => {
    const hash = hashPayload(random(3))
    const withNulls = { ...header, relatesTo: null, notify: null }
    expect(nextHead(FIRST_HEAD, withNulls, hash)).toEqual(nextHead(FIRST_HEAD, header, hash))
  })

  it('changes with every field', () => {
    const hash = hashPayload(random(3))
    const changes: Partial<EntryHeader>[] = [
      { channelId: uuid<ChannelId>(8) },
      { seq: 2 },
      { kind: 'commit' },
      { generation: 2 },
      { epoch: 1 },
      { sender: null },
      { clientId: null },
      { relatesTo: 0 },
      { notify: [] },
      { notify: [uuid<UserId>(1)] },
      { at: 1 },
    ]
    const heads = [{}, ...changes].map((change) => nextHead(FIRST_HEAD, { ...header, ...change }, hash))
    heads.push(nextHead(random(32), header, hash), nextHead(FIRST_HEAD, header, random(32)))
    expect(new Set(heads.map((head) => Buffer.from(head).toString('hex'))).size).toBe(heads.length)
  })

  it('takes heads and hashes of 32 bytes only', async () => {
    expect(await code((async () => nextHead(random(31), header, random(32)))())).toBe('malformed')
    expect(await code((async () => nextHead(random(32), header, random(33)))())).toBe('malformed')
  })
})
