import type { EpochRecord, Leaf } from '@reforms/crypto'
import type { ChannelId, DeviceId, UserId } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { openMemoryDatabase } from '../../node/index.ts'
import { prepareDatabase } from '../database-schema.ts'
import { hadLeaf, saveEpoch } from './epochs.ts'

const id = (n: number) => `0193d7c0-0000-7000-8000-${String(n).padStart(12, '0')}`
const channelId = id(1) as ChannelId
const key = (n: number) => new Uint8Array(32).fill(n)

/** A leaf of the user `user`, under an identity of that number. */
function leaf(user: number, device: number, identity: number): Leaf {
  const keys = { identityKey: key(identity), signatureKey: key(100 + device) }
  return { leafIndex: 0, userId: id(user) as UserId, deviceId: id(device) as DeviceId, ...keys }
}

it('EPO-8: who had a leaf in an epoch is told by identity key, since after a reset somebody else has the name', () => {
  const database = openMemoryDatabase()
  prepareDatabase(database)
  const epochs: Pick<EpochRecord, 'added' | 'removed'>[] = [
    { added: [leaf(2, 20, 2)], removed: [] },
    { added: [leaf(3, 30, 3)], removed: [] },
    { added: [leaf(3, 31, 3)], removed: [leaf(3, 30, 3)] },
    { added: [leaf(3, 32, 4)], removed: [leaf(3, 31, 3)] },
  ]
  database.transaction(() => {
    for (const [epoch, change] of epochs.entries()) {
      const record = { generation: 1, epoch, epochId: new Uint8Array(16), secret: key(9), ...change }
      saveEpoch(database, channelId, record, 'here')
    }
  })
  const epochsOf = (identity: number, generation = 1) =>
    epochs.flatMap((_, epoch) =>
      hadLeaf(database, channelId, key(identity), { generation, epoch }) ? epoch : [],
    )
  expect(epochsOf(2)).toEqual([0, 1, 2, 3])
  expect(epochsOf(3)).toEqual([1, 2])
  expect(epochsOf(4)).toEqual([3])
  expect([epochsOf(5), epochsOf(2, 2)]).toEqual([[], []])
})
