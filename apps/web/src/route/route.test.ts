import type { ChannelId } from '@reforms/protocol'
import { describe, expect, test } from 'vitest'
import { hashOf, routeOf, type Route } from './route.ts'

const channelId = '00000000-0000-7000-a000-000000000001' as ChannelId

describe('routes', () => {
  test.each<Route>([
    { place: 'home' },
    { place: 'join', token: 'a_b-c' },
    { place: 'join' },
    { place: 'reset', token: 'abc' },
    { place: 'invite', secret: 'a_b-c' },
    { place: 'channel', channelId },
    { place: 'channel', channelId, pane: 'members' },
    { place: 'channel', channelId, seq: 123 },
    { place: 'browse' },
    { place: 'search' },
    { place: 'people' },
    { place: 'settings', part: 'devices' },
    { place: 'admin', part: 'audit' },
  ])('$place comes back from its hash', (route) => {
    expect(routeOf(hashOf(route))).toEqual(route)
  })

  test.each(['', '#', '#/', '#/nowhere', '#/c/', '#/reset', '#/invite', '#/%E0%A4%A'])(
    '%j is home',
    (hash) => {
      expect(routeOf(hash)).toEqual({ place: 'home' })
    },
  )

  test('an unknown pane or part is left out', () => {
    expect(routeOf(`#/c/${channelId}/m/0`)).toEqual({ place: 'channel', channelId })
    expect(routeOf(`#/c/${channelId}/elsewhere`)).toEqual({ place: 'channel', channelId })
    expect(routeOf('#/settings/elsewhere')).toEqual({ place: 'settings', part: undefined })
  })
})
