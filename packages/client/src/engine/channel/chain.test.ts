import { FIRST_HEAD, hashPayload, nextHead } from '@reforms/crypto'
import type { ChannelId, ClientId, DeviceId, Entry } from '@reforms/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChain, LogDiverged } from './chain.ts'

const channelId = '0193d7c0-0000-7000-8000-000000000001' as ChannelId
const sender = '0193d7c0-0000-7000-8000-000000000002' as DeviceId

function makeLog(length: number): Entry[] {
  const entries: Entry[] = []
  let head = FIRST_HEAD
  for (let seq = 1; seq <= length; seq += 1) {
    const payload = Uint8Array.of(seq)
    const header = {
      channelId,
      seq,
      kind: 'message' as const,
      generation: 1,
      epoch: 0,
      sender,
      clientId: `0193d7c0-0000-7000-8000-${String(seq).padStart(12, '0')}` as ClientId,
      at: 1000 + seq,
    }
    const payloadHash = hashPayload(payload)
    head = nextHead(head, header, payloadHash)
    entries.push({ ...header, payload, payloadHash, head })
  }
  return entries
}

describe('checkChain', () => {
  it('LOG-3: takes a log that follows without a gap, also where a payload was erased', () => {
    const log = makeLog(5)
    expect(() => checkChain(log, { channelId, seq: 0, head: FIRST_HEAD })).not.toThrow()
    const { payload: _erased, ...kept } = log[2] as Entry
    const erased = [...log.slice(0, 2), kept, ...log.slice(3)]
    expect(() => checkChain(erased, { channelId, seq: 0, head: FIRST_HEAD })).not.toThrow()
    expect(() => checkChain(log.slice(3), { channelId, seq: 3, head: (log[2] as Entry).head })).not.toThrow()
  })

  it('LOG-3: refuses a gap, an exchange, another beginning and any altered field', () => {
    const log = makeLog(6)
    const start = { channelId, seq: 0, head: FIRST_HEAD }
    expect(() => checkChain([...log.slice(0, 2), ...log.slice(3)], start)).toThrow(LogDiverged)
    expect(() => checkChain([log[1] as Entry, log[0] as Entry], start)).toThrow(LogDiverged)
    expect(() => checkChain(log, { channelId, seq: 0, head: new Uint8Array(32).fill(1) })).toThrow(
      LogDiverged,
    )
    const changes: Partial<Entry>[] = [
      { at: 5 },
      { epoch: 1 },
      { generation: 2 },
      { relatesTo: 1 },
      { kind: 'redaction' },
      { payload: Uint8Array.of(99) },
      { sender: '0193d7c0-0000-7000-8000-000000000003' as DeviceId },
    ]
    fc.assert(
      fc.property(fc.nat(5), fc.constantFrom(...changes), (index, change) => {
        const altered = log.map((entry, at) => (at === index ? { ...entry, ...change } : entry))
        expect(() => checkChain(altered, start)).toThrow(LogDiverged)
      }),
    )
  })
})
