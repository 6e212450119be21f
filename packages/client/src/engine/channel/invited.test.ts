/** From which epoch on somebody may be given what was said, by a log into which a server writes what it likes. */
import { encodeCbor } from '@reforms/protocol'
import { beforeEach, expect, it } from 'vitest'
import { saveEntry } from '../tables/entries.ts'
import { saveEpoch } from '../tables/epochs.ts'
import { savePolicy } from '../tables/policies.ts'
import { commitIn, newChannel, newUser, type TestChannel, type TestUser } from '../testing-channel.ts'
import { firstGiven } from './invited.ts'

let channel: TestChannel
let carla: TestUser
/** What Ana's commit of epoch 1 is, which no test looks into. */
let commit: Uint8Array

beforeEach(async () => {
  channel = await newChannel()
  carla = await newUser()
  const { device, log, record, ana, group } = channel
  commit = (await commitIn(group)).commit
  saveEpoch(device.database, log.channelId, { ...record, epoch: 0, added: [], removed: [] }, 'here')
  const policy = { version: 2, kind: 'private', history: 'invited', retentionDays: 0 } as const
  savePolicy(device.database, log.channelId, 2, {
    ...{ ...policy, admitters: 'members', moderators: [ana.identityKey], participants: [] },
  })
})

/** Commits that lead to an epoch, from wherever the log is. */
function goOnTo(epoch: number, from = channel.log.entries.at(-1)!.epoch): void {
  for (let at = from + 1; at < epoch; at += 1) channel.log.appendCommit(channel.ana, at, commit)
}

/** A notice that lists Carla, under an epoch that the server names. */
function listed(epoch: number, type: 'invited' | 'asked' = 'invited') {
  const payload = encodeCbor({ type, userId: carla.userId })
  return channel.log.append({ from: channel.ana, kind: 'notice', epoch, payload })
}

function changed(epoch: number, added: 0 | 1, { userId, deviceId, signature, identityKey } = carla): void {
  channel.device.database.run('INSERT INTO leaf_change VALUES (?, 1, ?, ?, ?, ?, ?, ?)', [
    ...[channel.log.channelId, epoch, deviceId, userId, added, signature.publicKey, identityKey],
  ])
}

function given() {
  const { device, log } = channel
  for (const entry of log.entries) saveEntry(device.database, entry, 'plain')
  return firstGiven(device, log.channelId, carla)?.epoch
}

it('EPO-12: it is the one after that in which the log lists them last, before they came in', () => {
  expect(given()).toBeUndefined()
  listed(1)
  expect(given()).toBeUndefined()
  changed(9, 1)
  expect(given()).toBe(2)
  goOnTo(3)
  listed(3, 'asked')
  expect(given()).toBe(4)
  goOnTo(12)
  listed(12)
  expect(given()).toBe(4)
})

it('EPO-12: right after the founding it is the first that a commit began', () => {
  channel.log.entries.splice(1)
  listed(0)
  changed(3, 1)
  expect(given()).toBe(1)
})

it('EPO-12: no earlier epoch that a server writes over a notice, or over what it calls a commit, opens anything', () => {
  const { log, ana } = channel
  changed(20, 1)
  goOnTo(4)
  listed(0)
  expect(given()).toBe(5)
  const founding = log.entries[0]!.payload!
  log.appendCommit(ana, 0, new Uint8Array(9))
  log.append({ from: ana, kind: 'commit', epoch: 0, payload: founding })
  listed(0)
  expect(given()).toBe(5)
  log.append({ from: ana, kind: 'commit', epoch: 7, payload: founding })
  listed(0)
  expect(given()).toBe(9)
})

it('EPO-12: a notice is for the next time that they come in, and one that is withheld counts as one', () => {
  listed(1)
  changed(2, 1)
  changed(5, 0)
  changed(9, 1)
  goOnTo(6)
  expect(given()).toBeUndefined()
  listed(6)
  expect(given()).toBe(7)
  goOnTo(7, 5)
  const withheld = { ...listed(7) }
  delete withheld.payload
  channel.log.entries.splice(-1, 1, withheld)
  expect(given()).toBe(8)
})

it('EPO-12: what lists somebody is for no other identity under the same name', async () => {
  listed(1)
  const before = { ...(await newUser()), userId: carla.userId }
  changed(3, 1, before)
  changed(6, 0, before)
  changed(6, 1)
  expect(given()).toBeUndefined()
})
