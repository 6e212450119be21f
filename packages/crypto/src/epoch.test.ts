import type { ChannelId, DeviceId, UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { decodeEpochRecord, encodeEpochRecord, openHistory, sealHistory, type EpochRecord } from './epoch.ts'
import { code, flipEveryByte, seeded, uuid } from './testing.ts'

const random = seeded(3)
const secret = random(32)
const context = { channelId: uuid<ChannelId>(1), generation: 2, epochId: random(16) }

function leaf(leafIndex: number) {
  const keys = { identityKey: random(32), signatureKey: random(32) }
  return { leafIndex, userId: uuid<UserId>(leafIndex), deviceId: uuid<DeviceId>(100 + leafIndex), ...keys }
}

function record(epoch: number): EpochRecord {
  return {
    generation: 2,
    epoch,
    epochId: random(16),
    secret: random(32),
    added: [leaf(1), leaf(2)],
    removed: [leaf(3)],
  }
}

describe('epoch record', () => {
  it('comes back as it was, in the same bytes each time', () => {
    const one = record(5)
    expect(encodeEpochRecord(one)).toEqual(encodeEpochRecord(one))
    expect(decodeEpochRecord(encodeEpochRecord(one))).toEqual(one)
  })

  it('is refused with a field of another length', async () => {
    const wrong = async () => encodeEpochRecord({ ...record(1), epochId: random(15) })
    expect(await code(wrong())).toBe('malformed')
    expect(await code((async () => decodeEpochRecord(random(100)))())).toBe('malformed')
  })
})

describe('history', () => {
  it("opens with the new epoch's secret, in its place only", async () => {
    const records = [record(1), record(2)]
    const sealed = await sealHistory(secret, context, records, random)
    expect(await openHistory(secret, context, sealed)).toEqual(records)
    const elsewhere = [
      { ...context, channelId: uuid<ChannelId>(2) },
      { ...context, generation: 3 },
      { ...context, epochId: random(16) },
    ]
    for (const other of elsewhere) expect(await code(openHistory(secret, other, sealed))).toBe('tag')
    expect(await code(openHistory(random(32), context, sealed))).toBe('tag')
  })

  it('is refused with any byte changed or missing', async () => {
    const sealed = await sealHistory(secret, context, [], random)
    expect(await flipEveryByte(sealed, (changed) => openHistory(secret, context, changed))).toEqual([])
  })
})
