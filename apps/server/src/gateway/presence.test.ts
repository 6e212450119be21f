/** When presence is told, and of whom: at once where few hear it, many together where many do. */
import type { ChannelId, ServerEvent, UserId } from '@reforms/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Presence } from './presence.ts'

const CHANNEL = 'ward' as ChannelId
const [ANA, BEN, CLEO] = ['ana', 'ben', 'cleo'] as UserId[] as [UserId, UserId, UserId]

/** One channel with so many connected people. */
function presenceAmong(people: number) {
  const connected = new Set(Array.from({ length: people }, (_, n) => `${n}` as UserId))
  const told: string[] = []
  const toUsers = (_userIds: readonly UserId[], event: ServerEvent) => {
    if (event.type === 'presence') told.push(`${event.userId} ${event.presence}`)
  }
  const neighbourhood = { channelsOf: () => new Set([CHANNEL]), connectedIn: () => connected }
  return { presence: new Presence({ toUsers }, neighbourhood), told }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('GW-7: where few hear it, presence is told at once', () => {
  const { presence, told } = presenceAmong(3)
  presence.set(ANA, 'a', 'online')
  vi.advanceTimersByTime(1)
  presence.set(BEN, 'b', 'online')
  expect(told).toEqual(['ana online', 'ben online'])
})

test('GW-7: where thousands hear it, what changes meanwhile is told together, as it is by then', () => {
  const { presence, told } = presenceAmong(5000)
  presence.set(ANA, 'a', 'online')
  presence.set(BEN, 'b', 'online')
  presence.set(CLEO, 'c', 'online')
  presence.set(BEN, 'b', 'away')
  expect(told).toEqual(['ana online'])
  vi.advanceTimersByTime(999)
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(told).toEqual(['ana online', 'ben away', 'cleo online'])
  expect(presence.presentFor(BEN)).toContainEqual({ userId: BEN, presence: 'away' })
})

test('GW-7: a reload is told to nobody, somebody who is gone to those of the channels they were in', () => {
  const { presence, told } = presenceAmong(3)
  presence.set(ANA, 'a', 'online')
  presence.remove(ANA, 'a')
  vi.advanceTimersByTime(4000)
  presence.set(ANA, 'a2', 'online')
  vi.advanceTimersByTime(10_000)
  presence.remove(ANA, 'a2')
  vi.advanceTimersByTime(4999)
  expect(told).toEqual(['ana online'])
  vi.advanceTimersByTime(2)
  expect(told).toEqual(['ana online', 'ana offline'])
})
