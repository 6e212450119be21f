/** Whose beacons are opened, with a real group and no server. */
import { encodeBeacon, encryptMessage, type EpochRecord } from '@reforms/crypto'
import { uuidV7, type Beacon, type ClientId } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { systemRandom } from '../../node/index.ts'
import { loadGroup, storeGroup } from '../channel/group-store.ts'
import { commitIn, newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { openBeacon } from './opening.ts'

const STATUS = { type: 'status', clock: 5, status: { emoji: '', text: 'At lunch' } } as const

async function beaconBy(from: TestUser, { log }: TestChannel, record: EpochRecord): Promise<Beacon> {
  const { userId, deviceId, signature: signatureKey } = from
  const clientId = uuidV7(Date.now(), systemRandom(10)) as ClientId
  const { generation, epoch, epochId, secret: epochSecret } = record
  const { channelId } = log
  const place = { kind: 'beacon' as const, channelId, generation, epochId, deviceId, clientId }
  const message = { ...place, epochSecret, content: encodeBeacon(STATUS), signatureKey }
  const payload = await encryptMessage(message, systemRandom)
  return { channelId, userId, deviceId, clientId, generation, epoch, kind: 'status', payload }
}

it('BCN-3: of whoever is in what they say is opened, of whoever has gone nothing any more', async () => {
  const channel = await newChannel('ben')
  const { ana, device, log, record } = channel
  const beacon = await beaconBy(ana, channel, record)
  expect(await openBeacon(device, beacon)).toEqual(STATUS)
  const made = await commitIn(loadGroup(device, log.channelId)!, { removes: [ana.deviceId] })
  device.database.transaction(() => storeGroup(device, log.channelId, { ...made, seq: 3 }))
  expect(await openBeacon(device, beacon)).toBe('waiting')
})
