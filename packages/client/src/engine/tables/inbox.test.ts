/** What is told of as an invitation: a private channel that somebody else let the user into, at the entry by which they came in. */
import { encodeCbor } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { applyForward } from '../channel/applying.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { readInvitations } from './inbox.ts'
import { saveRegisters } from './registers.ts'

/** Of the log's two first entries: Ana founded the channel, and added Ben. */
const [FOUNDED, BEN_ADDED] = [1, 2]

describe('invitations', () => {
  let channel: TestChannel
  const isSet = (columns: string) => channel.device.database.run(`UPDATE channel SET ${columns}`)
  const told = (of: 'ana' | 'ben' = 'ben', since = 0) =>
    readInvitations(channel.device.database, channel[of].userId, since)

  beforeEach(async () => {
    channel = await newChannel()
    await applyForward(channel.device, channel.log.channelId, channel.log.entries, false)
    isSet(`kind = 'private', joined_seq = ${BEN_ADDED}`)
  })

  it('OWN-12: are of private channels, by whoever added the user', () => {
    const { ana, log } = channel
    const { channelId } = log
    const at = log.entries[BEN_ADDED - 1]!.at
    expect(told()).toEqual([
      {
        ...{ channelId, seq: BEN_ADDED, kind: 'invitation', target: 0, at },
        ...{ author: ana.userId, readThere: false, mark: undefined },
      },
    ])
    expect(told('ben', at - 1)).toHaveLength(1)
    expect(told('ben', at)).toEqual([])
  })

  it('OWN-12: are none where the user founded the channel, or let themself in by another device', () => {
    isSet(`joined_seq = ${FOUNDED}`)
    expect(told('ana')).toEqual([])
    isSet(`joined_seq = ${BEN_ADDED}`)
    expect(told('ana')).toEqual([])
  })

  it('OWN-12: are none of public channels and direct conversations, of what was left, and of what is not here yet', () => {
    for (const columns of ["kind = 'public'", "kind = 'direct'", "place = 'none'", "place = 'leaving'"]) {
      isSet(columns)
      expect(told(), columns).toEqual([])
      isSet("kind = 'private', place = 'member'")
    }
    for (const seq of [0, 99]) {
      isSet(`joined_seq = ${seq}`)
      expect(told(), `joined at ${seq}`).toEqual([])
    }
  })

  it('OWN-13: carry what the user said of this one, and not of one before it', () => {
    const { device, log, ben } = channel
    const marked = (seq: number) =>
      saveRegisters(device.database, `inbox/${log.channelId}`, [
        { key: `${seq}`, clock: 1, device: ben.deviceId, value: encodeCbor(true) },
      ])
    marked(FOUNDED)
    expect(told()[0]?.mark).toBeUndefined()
    marked(BEN_ADDED)
    expect(told()[0]?.mark).toEqual(encodeCbor(true))
  })
})
