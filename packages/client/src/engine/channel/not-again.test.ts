import { createGroup, createKeyPackage, policyOf, rosterOf, type MlsGroup } from '@reforms/crypto'
import { beforeEach, expect, it } from 'vitest'
import { saveEpoch } from '../tables/epochs.ts'
import { commitIn, evidenceFor, newChannel, type TestChannel } from '../testing-channel.ts'
import { notAgainWords } from './not-again.ts'

let channel: TestChannel
const nobody = new Set<never>()

/** Ana begins the channel anew, as Ben's device follows it. */
async function begunAnew(): Promise<MlsGroup> {
  const { ana, group, device, log } = channel
  const policy = policyOf(group)
  const founded = await createGroup({
    ...{ channelId: log.channelId, generation: 2, policy },
    ...{ device: ana, now: Date.now() },
  })
  device.database.transaction(() => saveEpoch(device.database, log.channelId, founded.record, 'here'))
  return founded.group
}

beforeEach(async () => {
  channel = await newChannel('ana')
})

it('GEN-4: whoever was in the last good epoch and is not added again is named', async () => {
  const { ben, device } = channel
  const group = await begunAnew()
  expect(notAgainWords(device, group, nobody)).toEqual([
    expect.stringContaining(
      'was in this channel before its encryption was begun anew, and was not added again',
    ),
  ])
  expect(notAgainWords(device, group, new Set([ben.userId]))).toEqual([])
})

it('GEN-4: nobody is named who is in again, or who left afterwards', async () => {
  const { ben, device, log } = channel
  const group = await begunAnew()
  const keyPackage = await createKeyPackage(ben, { now: Date.now(), lastResort: false })
  const again = await commitIn(group, { adds: [keyPackage], evidence: evidenceFor(ben) })
  expect(rosterOf(again.group)).toHaveLength(2)
  expect(notAgainWords(device, again.group, nobody)).toEqual([])
  const gone = await commitIn(again.group, { removes: [ben.deviceId] })
  device.database.transaction(() => {
    for (const { record } of [again, gone]) saveEpoch(device.database, log.channelId, record, 'here')
  })
  expect(notAgainWords(device, gone.group, nobody)).toEqual([])
})
