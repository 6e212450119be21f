import type { ChannelId, UserId } from '@reforms/protocol'
import { expect, test } from 'vitest'
import { coverOf } from './cover.ts'

const rosters = (all: Record<string, string>) =>
  new Map(Object.entries(all).map(([id, users]) => [id as ChannelId, new Set([...users] as UserId[])]))
const cover = (all: Record<string, string>) => coverOf(rosters(all), 'a' as UserId)

test('STAT-3: a status is said in as few channels as reach everybody, and nowhere twice without need', () => {
  expect(cover({ direct: 'ab', everybody: 'abcdef', ward: 'abc' })).toEqual(['everybody'])
  expect(cover({ direct: 'ag', everybody: 'abcdef', ward: 'abc' })).toEqual(['everybody', 'direct'])
  expect(cover({ alone: 'a' })).toEqual([])
  expect(cover({})).toEqual([])
})
