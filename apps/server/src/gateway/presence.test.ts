/** When presence is told, and of whom: at once where few hear it, many together where many do. */
import type { ChannelId, ServerEvent, UserId } from '@reforms/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Presence } from './presence.ts'

const [ANA, BEN, CLEO] = ['ana', 'ben', 'cleo'] as UserId[] as [UserId, UserId, UserId]

/** Channels with who is connected in them; what each is told, event by event. */
function presenceIn(channels: Readonly<Record<string, readonly UserId[]>>) {
  const told = new Map<UserId, string[]>()
  let events = 0
  const toUsers = (userIds: readonly UserId[], event: ServerEvent) => {
    if (event.type !== 'presence') return
    events += 1
    const { online, away, offline } = event
    const said = Object.entries({ online, away, offline }).flatMap(([state, people]) =>
      people.map((userId) => `${userId} ${state}`),
    )
    for (const userId of userIds) told.set(userId, [...(told.get(userId) ?? []), ...said])
  }
  const sets = new Map(Object.entries(channels).map(([name, people]) => [name as ChannelId, new Set(people)]))
  const neighbourhood = {
    channelsOf: (userId: UserId) =>
      new Set([...sets].flatMap(([channelId, people]) => (people.has(userId) ? [channelId] : []))),
    connectedIn: (channelId: ChannelId) => sets.get(channelId)!,
  }
  const presence = new Presence({ toUsers }, neighbourhood)
  /** Since it was asked last. */
  const toldTo = (userId: UserId) => {
    const said = told.get(userId) ?? []
    told.delete(userId)
    return said
  }
  return { presence, toldTo, countEvents: () => events, sets }
}

function crowd(people: number): UserId[] {
  return Array.from({ length: people }, (_, n) => `${n}` as UserId)
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('GW-7: where few hear it, presence is told at once, and who comes is told who is about', () => {
  const { presence, toldTo } = presenceIn({ ward: [ANA, BEN, CLEO] })
  presence.add(ANA, 'a')
  expect(toldTo(CLEO)).toEqual(['ana online'])
  vi.advanceTimersByTime(1)
  presence.add(BEN, 'b')
  expect(toldTo(CLEO)).toEqual(['ben online'])
  expect(toldTo(BEN)).toEqual(expect.arrayContaining(['ana online', 'ben online']))
  vi.advanceTimersByTime(1)
  presence.set(BEN, 'b', 'away')
  expect(toldTo(CLEO)).toEqual(['ben away'])
  expect(toldTo(BEN)).toEqual(['ben away'])
})

test('GW-7: where thousands hear it, what changes meanwhile is told together, as it is by then', () => {
  const { presence, toldTo, countEvents } = presenceIn({ all: [...crowd(5000), ANA, BEN, CLEO] })
  const [one] = crowd(1) as [UserId]
  presence.add(ANA, 'a')
  expect(toldTo(one)).toEqual(['ana online'])
  const before = countEvents()
  presence.add(BEN, 'b')
  presence.add(CLEO, 'c')
  presence.set(BEN, 'b', 'away')
  vi.advanceTimersByTime(999)
  expect(toldTo(one)).toEqual([])
  vi.advanceTimersByTime(2)
  expect(toldTo(one)).toEqual(['cleo online', 'ben away'])
  expect(toldTo(BEN)).toEqual(expect.arrayContaining(['ana online', 'ben away', 'cleo online']))
  // Of the changes, to all; and of all, to those who came.
  expect(countEvents() - before).toBe(2)
})

test('GW-7: when thousands come back to one channel, each learns of all, in few events', () => {
  const people = crowd(3000)
  const { presence, toldTo, countEvents } = presenceIn({ all: people, pair: people.slice(0, 2) })
  for (const userId of people) presence.add(userId, 'socket')
  vi.advanceTimersByTime(60_000)
  for (const userId of [people[0]!, people[1500]!, people[2999]!]) {
    expect(new Set(toldTo(userId))).toEqual(new Set(people.map((each) => `${each} online`)))
  }
  expect(countEvents()).toBeLessThan(people.length * 1.1)
})

test('GW-7: whoever shares only a small channel is told as well, and a stranger is not', () => {
  const [dora, stranger] = ['dora', 'eli'] as UserId[] as [UserId, UserId]
  const { presence, toldTo } = presenceIn({ ward: [ANA, BEN, CLEO], pair: [ANA, dora], other: [stranger] })
  presence.add(dora, 'd')
  vi.advanceTimersByTime(1)
  presence.add(stranger, 'e')
  vi.advanceTimersByTime(1)
  toldTo(dora)
  toldTo(stranger)
  presence.add(ANA, 'a')
  expect(toldTo(dora)).toEqual(['ana online'])
  expect(toldTo(CLEO)).toEqual(['ana online'])
  expect(new Set(toldTo(ANA))).toEqual(new Set(['ana online', 'dora online']))
  expect(toldTo(stranger)).toEqual([])
})

test('GW-7: a reload is told to nobody, somebody who is gone to those of the channels they were in', () => {
  const { presence, toldTo, sets } = presenceIn({ ward: [ANA, BEN, CLEO] })
  presence.add(ANA, 'a')
  presence.remove(ANA, 'a')
  vi.advanceTimersByTime(4000)
  presence.add(ANA, 'a2')
  vi.advanceTimersByTime(10_000)
  presence.remove(ANA, 'a2')
  sets.get('ward' as ChannelId)!.delete(ANA)
  vi.advanceTimersByTime(4999)
  expect(toldTo(BEN)).toEqual(['ana online'])
  vi.advanceTimersByTime(2)
  expect(toldTo(BEN)).toEqual(['ana offline'])
})

test('GW-7: who comes into a channel learns who is about in it, and its others learn of them', () => {
  const { presence, toldTo, sets } = presenceIn({ ward: [ANA, BEN], other: [CLEO] })
  for (const userId of [ANA, CLEO]) {
    presence.add(userId, 'socket')
    vi.advanceTimersByTime(1)
  }
  for (const userId of [ANA, BEN, CLEO]) toldTo(userId)
  sets.get('ward' as ChannelId)!.add(CLEO)
  presence.meet('ward' as ChannelId, [CLEO])
  expect(toldTo(BEN)).toEqual(['cleo online'])
  // Ben is not about.
  expect(new Set(toldTo(CLEO))).toEqual(new Set(['ana online', 'cleo online']))
})

test('GW-7: those who come back before it was told that they had gone are told who is about in few events', () => {
  const people = crowd(3000)
  const { presence, toldTo, countEvents } = presenceIn({ all: people })
  for (const userId of people) presence.add(userId, 'first')
  vi.advanceTimersByTime(60_000)
  for (const userId of people) toldTo(userId)
  const before = countEvents()
  for (const userId of people) presence.remove(userId, 'first')
  for (const userId of people) {
    presence.add(userId, 'second')
    vi.advanceTimersByTime(1)
  }
  vi.advanceTimersByTime(10_000)
  for (const userId of [people[0]!, people[2999]!]) expect(new Set(toldTo(userId)).size).toBe(people.length)
  expect(countEvents() - before).toBeLessThan(people.length / 2)
})

test('GW-7: many who share a small channel with somebody hear of them in one event', () => {
  const [small, large] = [crowd(100), crowd(300).slice(100)]
  const { presence, toldTo, countEvents } = presenceIn({ small: [ANA, ...small], large: [ANA, ...large] })
  presence.add(ANA, 'a')
  expect(toldTo(small[7]!)).toEqual(['ana online'])
  expect(toldTo(large[7]!)).toEqual(['ana online'])
  // To the large one, to the small one, and to Ana, who else is about: as yet nobody but her.
  expect(countEvents()).toBe(3)
})

test('GW-7: what a socket says that has gone changes nothing', () => {
  const { presence, toldTo } = presenceIn({ ward: [ANA, BEN] })
  presence.set(ANA, 'a', 'online')
  presence.add(ANA, 'a')
  presence.remove(ANA, 'a')
  presence.set(ANA, 'a', 'online')
  vi.advanceTimersByTime(5001)
  expect(toldTo(BEN)).toEqual(['ana online', 'ana offline'])
})
