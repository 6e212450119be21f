import { encodeGroup, epochOf, rosterOf, type MlsGroup } from '@reforms/crypto'
import { encodeCbor, type ClientId } from '@reforms/protocol'
import {
  createCommit,
  encodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  type ClientState,
} from 'ts-mls'
import { beforeEach, describe, expect, it } from 'vitest'
import { commitIn, evidenceFor, newChannel, placeOf, type TestChannel } from '../testing-channel.ts'
import { readChannel } from '../tables/channels.ts'
import { readEntry } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import { readPendingCommit, savePendingCommit } from '../tables/pending-commits.ts'
import { applyForward } from './applying.ts'
import { loadGroup } from './group-store.ts'

const OWN = '0193d7c0-0000-7000-8000-00000000000a' as ClientId

let channel: TestChannel

const apply = () => applyForward(channel.device, channel.log.channelId, channel.log.entries, true)
const groupHere = () => loadGroup(channel.device, channel.log.channelId)
const recordHere = (epoch: number) => readEpoch(channel.device.database, channel.log.channelId, 1, epoch)
const textAt = (seq: number) => readEntry(channel.device.database, channel.log.channelId, seq)?.state

beforeEach(async () => {
  channel = await newChannel()
  await apply()
})

/** Ben's device keeps a renewal of the group for sending. */
async function keepOwnCommit() {
  const { device, log } = channel
  const { channelId } = log
  const made = await commitIn(groupHere() as MlsGroup)
  const request = {
    operation: 'log.commit',
    payload: encodeCbor({ type: 'commit', commit: made.commit }),
    groupInfo: made.groupInfo,
    external: false,
    newcomers: false,
  } as const
  const place = { channelId, clientId: OWN, generation: 1, epoch: 1 }
  const groupState = encodeGroup(made.group)
  device.database.transaction(() =>
    savePendingCommit(device.database, { ...place, request, groupState, record: made.record }),
  )
  return made
}

describe('one’s own commit', () => {
  it('ENG-4: changes nothing here until the log returns it, and is promoted then', async () => {
    const made = await keepOwnCommit()
    expect(placeOf(channel.device, channel.log)).toEqual([1, 1])
    channel.log.appendCommit(channel.ben, 1, made.commit, OWN)
    await apply()
    expect(placeOf(channel.device, channel.log)).toEqual([1, 2])
    expect(encodeGroup(groupHere() as MlsGroup)).toEqual(encodeGroup(made.group))
    expect(recordHere(2)?.secret).toEqual(made.record.secret)
    expect(readPendingCommit(channel.device.database, channel.log.channelId)).toBeUndefined()
  })

  it('ENG-4: is thrown away with its next state when the log has another in its place', async () => {
    const own = await keepOwnCommit()
    const other = await commitIn(channel.group)
    channel.log.appendCommit(channel.ana, 1, other.commit)
    await apply()
    expect(placeOf(channel.device, channel.log)).toEqual([1, 2])
    expect(recordHere(2)?.secret).toEqual(other.record.secret)
    expect(recordHere(2)?.secret).not.toEqual(own.record.secret)
    expect(readPendingCommit(channel.device.database, channel.log.channelId)).toBeUndefined()
  })
})

describe('somebody else’s commit', () => {
  /** By the bare library, which asks for no policy. */
  async function bareCommit(state: ClientState, extensionData: Uint8Array): Promise<Uint8Array> {
    const name = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'
    const cipherSuite = await getCiphersuiteImpl(getCiphersuiteFromName(name))
    const extensions = [{ extensionType: 0xf0f1, extensionData }]
    const change = {
      proposalType: 'group_context_extensions',
      groupContextExtensions: { extensions },
    } as const
    const options = { wireAsPublicMessage: true, alwaysPath: true, extraProposals: [change] }
    return encodeMlsMessage((await createCommit({ state, cipherSuite }, options)).commit)
  }

  function policyKeptFor(days: number): Uint8Array {
    const rule = { version: 1, kind: 'public', history: 'joining', admitters: 'members' }
    const people = { moderators: [channel.ana.identityKey], participants: [] }
    return encodeCbor({ ...rule, ...people, retentionDays: days })
  }

  it('ENG-6: is not applied where the policy does not let its maker do that, though the log has it', async () => {
    const change = await bareCommit(channel.group.state, policyKeptFor(1))
    channel.log.appendCommit(channel.ana, 1, change)
    await apply()
    expect(placeOf(channel.device, channel.log)).toEqual([1, 2])

    channel = await newChannel('ben')
    const same = await bareCommit(channel.group.state, policyKeptFor(1))
    channel.log.appendCommit(channel.ana, 1, same)
    await channel.log.appendMessage(channel.ana, { ...channel.record, epoch: 2 }, 'Afterwards')
    await apply()
    expect(recordHere(2)).toBeUndefined()
    expect(placeOf(channel.device, channel.log)).toBeUndefined()
    const { warning, log } = readChannel(channel.device.database, channel.log.channelId)!
    expect(warning).toContain('did not verify')
    expect(log?.seq).toBe(channel.log.entries.length)
  })

  it('ENG-7: that removes this device ends its group here, and what it had read stays', async () => {
    const { ana, ben, group, log, record, device } = channel
    const said = await log.appendMessage(ana, record, 'While Ben is in')
    const removal = await commitIn(group, { removes: [ben.deviceId] })
    log.appendCommit(ana, 1, removal.commit)
    const after = await log.appendMessage(ana, removal.record, 'Without Ben')
    await apply()
    expect(rosterOf(removal.group).map((leaf) => leaf.deviceId)).toEqual([ana.deviceId])
    expect(groupHere()).toBeUndefined()
    expect(recordHere(2)).toBeUndefined()
    expect([textAt(said.seq), textAt(after.seq)]).toEqual(['clear', 'waiting'])
    expect(readEpoch(device.database, log.channelId, 1, 1)?.secret).toEqual(record.secret)
  })

  it('ENG-2: is applied once, however often it comes, and not where one before it is missing', async () => {
    const { ana, group, log, device } = channel
    const [first, second] = await renewals(group)
    log.appendCommit(ana, 1, first.commit)
    log.appendCommit(ana, 2, second.commit)
    const late = log.entries.slice(3)
    await expect(applyForward(device, log.channelId, late, true)).rejects.toThrow('does not follow')
    expect(placeOf(device, log)).toEqual([1, 1])
    await apply()
    await apply()
    expect(placeOf(device, log)).toEqual([1, 3])
    expect(epochOf(groupHere() as MlsGroup).epoch).toBe(3)
  })

  async function renewals(group: MlsGroup) {
    const first = await commitIn(group, { evidence: evidenceFor() })
    return [first, await commitIn(first.group)] as const
  }
})
