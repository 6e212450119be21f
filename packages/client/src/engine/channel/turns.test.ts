/** A turn in a channel that is as large as it can be: a member's commit at the cap, with a real group and no server. */
import { createKeyPackage } from '@reforms/crypto'
import { limits, type ClientId, type Output } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { verifyDocuments } from '../account/device-lists.ts'
import type { Context } from '../context.ts'
import { readEpoch } from '../tables/epochs.ts'
import { saveLoggedKeys } from '../tables/key-log.ts'
import { readPendingCommit } from '../tables/pending-commits.ts'
import { newChannel, newUser, type TestChannel } from '../testing-channel.ts'
import { loadGroup, storeGroup } from './group-store.ts'
import { troublesOf } from './trouble.ts'
import { takeTurn } from './turns.ts'

/** Ana's leaf is so long that nobody has room beside it. */
function fillTree({ device, log: { channelId } }: TestChannel): void {
  const group = loadGroup(device, channelId)!
  const record = readEpoch(device.database, channelId, 1, 1)!
  const { ratchetTree } = group.state
  const anas = ratchetTree[0]
  if (anas?.nodeType !== 'leaf') throw new Error('no leaf')
  const extensionData = new Uint8Array((limits.TREE_MAX_BYTES / 4) * 3)
  const leaf = { ...anas.leaf, extensions: [{ extensionType: 1, extensionData }] }
  const state = { ...group.state, ratchetTree: ratchetTree.with(0, { nodeType: 'leaf', leaf }) }
  device.database.transaction(() =>
    storeGroup(device, channelId, { group: { ...group, state }, record, seq: 2 }),
  )
}

/** Somebody waits to be added whose keys the key log names. */
async function grantTurn(device: Context): Promise<string[]> {
  const user = await newUser()
  const { userId, deviceId, proof } = user
  const { statement, list, listHash } = await verifyDocuments({ userId, ...proof })
  const { identityKey, accountKey, number: accountNumber } = statement
  const logged = { number: 1, userId, identityKey, accountKey, accountNumber, deviceListNumber: list.number }
  saveLoggedKeys(device.database, { ...logged, deviceListHash: listHash }, new Uint8Array(32))
  const { keyPackage } = await createKeyPackage(user, { now: Date.now(), lastResort: false })
  const turn: Output<'turn.take'> = {
    ...{ granted: true, retryAfterMs: 0, turnId: crypto.randomUUID() as ClientId, generation: 1, epoch: 1 },
    ...{ adds: [{ userId, deviceId, keyPackage, ...proof }], removes: [] },
  }
  const asked: string[] = []
  const call = (operation: string, input: object) => {
    asked.push(operation + ('unusable' in input ? ` ${JSON.stringify(input.unusable)}` : ''))
    return Promise.resolve(operation === 'turn.take' ? turn : {})
  }
  Object.assign(device.ports.transport, { call })
  return asked
}

it('LIM-7: takes the control: where there is room, whoever waits is added', async () => {
  const { device, log } = await newChannel()
  await grantTurn(device)
  expect(await takeTurn(device, log.channelId, false)).toMatchObject({ kind: 'prepared' })
  expect(readPendingCommit(device.database, log.channelId)?.record.added).toHaveLength(1)
})

it('LIM-7: where there is none they go on waiting, which is said, and the epoch is renewed without them', async () => {
  const channel = await newChannel()
  const { device, log } = channel
  fillTree(channel)
  const asked = await grantTurn(device)
  expect(await takeTurn(device, log.channelId, false)).toEqual({ kind: 'nothing' })
  expect(asked).toEqual(['turn.take', 'turn.release []'])
  expect(troublesOf(device, log.channelId).join()).toContain('This channel is as large as it can be, so')
  expect(await takeTurn(device, log.channelId, true)).toMatchObject({ kind: 'prepared' })
  expect(readPendingCommit(device.database, log.channelId)?.record.added).toEqual([])
})
