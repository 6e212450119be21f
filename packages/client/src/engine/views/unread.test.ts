import {
  encodeCbor,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type TeamId,
  type UserId,
} from '@reforms/protocol'
import { FIRST_HEAD } from '@reforms/crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setMuted } from '../personal/channel-list.ts'
import type { Context } from '../context.ts'
import { callsMyTeam, mentioned } from '../channel/mentioned.ts'
import { markCallsAll, markCallsTeam, saveEntry } from '../tables/entries.ts'
import { savePerson } from '../tables/people.ts'
import { saveTeams } from '../tables/teams.ts'
import { deviceOf, newUser, TestLog, type TestUser } from '../testing-channel.ts'
import { channelsView } from './channels.ts'

const OTHER = '018f0000-0000-7000-8000-000000000002'
const MANY = 1500

let me: TestUser
let device: Context
let channelId: ChannelId

beforeAll(async () => {
  me = await newUser()
})
beforeEach(() => {
  const log = new TestLog()
  device = deviceOf(me, log)
  device.me = { userId: me.userId, userName: 'ben', displayName: 'Ben', role: 'member' }
  channelId = log.channelId
})

/** Somebody else's messages, without anything in them. */
function fill(count: number, notify: (seq: number) => UserId[] | undefined = () => undefined): void {
  device.database.transaction(() => {
    for (let seq = 1; seq <= count; seq += 1) {
      const place = { channelId, seq, kind: 'message' as const, generation: 1, epoch: 1, at: seq }
      const from = { sender: OTHER as DeviceId, senderUser: OTHER as UserId, clientId: `${seq}` as ClientId }
      const hashes = { payloadHash: FIRST_HEAD, head: FIRST_HEAD }
      saveEntry(
        device.database,
        { ...place, ...from, ...hashes, notify: notify(seq) },
        'clear',
        encodeCbor({}),
      )
    }
  })
  device.channelChanged(channelId)
}

const counted = () => {
  const [item] = channelsView(device)
  return { unread: item?.unread, mentions: item?.mentions }
}

describe('what is unread', () => {
  it('OWN-6: a mention counts in a muted channel, though more than a thousand messages are unread before it', () => {
    fill(MANY, (seq) => (seq === MANY ? [OTHER as UserId, me.userId] : undefined))
    expect(counted()).toEqual({ unread: 1000, mentions: 1 })
    setMuted(device, { channelId, on: true })
    device.channelChanged(channelId)
    expect(counted()).toEqual({ unread: 1, mentions: 1 })
  })

  it('OWN-6, TEAM-3: a team of one’s own counts in a muted channel, and not what calls on everybody', () => {
    fill(5, (seq) => (seq === 1 ? [OTHER as UserId] : undefined))
    device.database.transaction(() => {
      markCallsAll(device.database, channelId, 2)
      markCallsTeam(device.database, channelId, 4)
    })
    device.channelChanged(channelId)
    expect(counted()).toEqual({ unread: 5, mentions: 2 })
    setMuted(device, { channelId, on: true })
    device.channelChanged(channelId)
    expect(counted()).toEqual({ unread: 1, mentions: 1 })
  })
})

describe('whom a text calls', () => {
  const text = (words: string) => ({
    type: 'text' as const,
    text: words,
    sent: { seq: 0, head: FIRST_HEAD },
    sentAt: 1,
  })
  const team = (handle: string, members: UserId[]) => ({
    ...{ teamId: handle as TeamId, handle, name: handle, members },
  })

  it('TEAM-3: those who are in a team, by what this device knows of it, also at the end of a sentence', () => {
    const teams = [team('nurses', [me.userId]), team('cooks', [OTHER as UserId])]
    device.database.transaction(() => saveTeams(device.database, teams))
    for (const words of ['@nurses', 'All (@nurses), please', 'Ask @nurses.', '@cooks and @nurses'])
      expect(callsMyTeam(device, text(words))).toBe(true)
    for (const words of ['@cooks', 'nurses', 'mail@nurses', '@nurses.night', '@nursesx'])
      expect(callsMyTeam(device, text(words))).toBe(false)
    const passedOn = { ...text('@nurses'), type: 'forward' as const, author: me.userId, writtenAt: 1 }
    expect(callsMyTeam(device, passedOn)).toBe(false)
  })

  it('REL-8: a name at the end of a sentence is a name, and one that ends in a dot is too', () => {
    const save = (userName: string, userId: string) =>
      savePerson(device.database, {
        ...{ userId: userId as UserId, userName, displayName: userName, role: 'member', active: true },
        ...{ identityKey: me.identityKey, createdAt: 1 },
      })
    device.database.transaction(() => {
      save('ana', me.userId)
      save('j.', OTHER)
    })
    expect(mentioned(device, 'Thanks, @ana.')).toEqual([me.userId])
    expect(mentioned(device, 'Thanks, @j.')).toEqual([OTHER])
    expect(mentioned(device, 'ana@ana.example')).toEqual([])
  })
})
