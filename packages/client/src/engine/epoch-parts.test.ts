import { encodeEpochRecord, type EpochRecord } from '@reforms/crypto'
import { uuidV7, type ChannelId, type DeviceId, type UserId } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { openMemoryDatabase, systemRandom } from '../node/index.ts'
import { prepareDatabase } from './database-schema.ts'
import { epochName, PART_BYTES, partsOf, wholeOf, type NamedContent } from './epoch-parts.ts'

const newId = () => uuidV7(1, systemRandom(10))
const channelId = newId() as ChannelId

/** As a device keeps it that comes into a channel of so many devices. */
function recordOf(leaves: number): EpochRecord {
  const added = Array.from({ length: leaves }, (_, leafIndex) => ({
    leafIndex,
    userId: newId() as UserId,
    deviceId: newId() as DeviceId,
    identityKey: systemRandom(32),
    signatureKey: systemRandom(32),
  }))
  return { generation: 1, epoch: 7, epochId: systemRandom(16), secret: systemRandom(32), added, removed: [] }
}

function partsOfRecord(record: EpochRecord): NamedContent[] {
  return partsOf({ name: epochName(channelId, record), content: encodeEpochRecord(record) })
}

it('EPO-2: a record that fits is one vault record', () => {
  const record = recordOf(100)
  const parts = partsOfRecord(record)
  expect(parts.map(({ name }) => name)).toEqual([`epoch/${channelId}/1/7`])
  const database = openMemoryDatabase()
  expect(wholeOf(database, parts[0]!)).toBe(parts[0]!.content)
})

it('VLT-7, EPO-2: a record of 2,000 leaves is several, and whole again in whatever order they come', () => {
  const record = recordOf(2000)
  const parts = partsOfRecord(record)
  expect(parts.length).toBeGreaterThan(3)
  expect(parts.every(({ content }) => content.length <= PART_BYTES)).toBe(true)
  for (const order of [parts, [...parts].reverse()]) {
    const database = openMemoryDatabase()
    prepareDatabase(database)
    const wholes = order.map((part) => {
      database.run('INSERT INTO vault_record VALUES (?, 1, ?)', [part.name, part.content])
      return wholeOf(database, part)
    })
    expect(wholes.slice(0, -1).every((whole) => whole === undefined)).toBe(true)
    expect(Buffer.compare(wholes.at(-1)!, encodeEpochRecord(record))).toBe(0)
  }
})
