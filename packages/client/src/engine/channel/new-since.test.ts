import type { ChannelId } from '@reforms/protocol'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { deviceOf, newUser, TestLog, type TestUser } from '../testing-channel.ts'
import { focus, noteMissed } from './new-since.ts'

let me: TestUser
let device: Context
let channelId: ChannelId

beforeAll(async () => {
  me = await newUser()
})
beforeEach(() => {
  const log = new TestLog()
  device = deviceOf(me, log)
  channelId = log.channelId
})

/** What is here, what the server has, and up to where it was read. */
function stands(here: number, onServer: number, read: number): void {
  device.database.run('UPDATE channel SET seq = ?, server_seq = ?, read_seq = ?', [here, onServer, read])
}

const line = () => device.firstUnread.get(channelId)

describe('where "new since" stands', () => {
  it('is after what was read when the channel is opened, also where the rest is not here yet', () => {
    stands(10, 10, 4)
    focus(device, channelId)
    expect(line()).toBe(5)
    focus(device, undefined)
    stands(10, 90, 10)
    focus(device, channelId)
    expect(line()).toBe(11)
  })

  it('is nowhere where all was read, and for who has just come in', () => {
    stands(10, 10, 10)
    focus(device, channelId)
    expect(line()).toBeUndefined()
    focus(device, undefined)
    stands(10, 90, 0)
    focus(device, channelId)
    expect(line()).toBeUndefined()
  })

  it('is before what was missed in a channel that is looked at, once the connection is back', () => {
    stands(10, 10, 10)
    focus(device, channelId)
    stands(10, 13, 10)
    noteMissed(device)
    expect(line()).toBe(11)
    // All of it is read as it comes: the line stays where it is.
    stands(13, 13, 13)
    noteMissed(device)
    expect(line()).toBe(11)
    stands(13, 20, 13)
    noteMissed(device)
    expect(line()).toBe(14)
  })

  it('stays where it is while what follows it has not been read', () => {
    stands(10, 10, 4)
    focus(device, channelId)
    stands(10, 20, 7)
    noteMissed(device)
    expect(line()).toBe(5)
  })

  it('is nowhere in a channel that nobody looks at', () => {
    stands(10, 13, 10)
    noteMissed(device)
    expect(line()).toBeUndefined()
  })
})
