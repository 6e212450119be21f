/** Where a person is, as the address's hash says it. Tokens stand in the hash, so that they reach no server's log. */
import type { ChannelId } from '@reforms/protocol'

export type Pane = 'members' | 'details'
export type SettingsPlace = 'profile' | 'devices' | 'security' | 'appearance' | 'notifications' | 'about'
export type AdminPlace = 'people' | 'invitations' | 'settings' | 'audit'
export const SETTINGS_PLACES: readonly SettingsPlace[] = [
  'profile',
  'devices',
  'security',
  'appearance',
  'notifications',
  'about',
]
export const ADMIN_PLACES: readonly AdminPlace[] = ['people', 'invitations', 'settings', 'audit']

export type Route =
  | { place: 'home' }
  | { place: 'join'; token?: string }
  | { place: 'reset'; token: string }
  | { place: 'channel'; channelId: ChannelId; pane?: Pane }
  | { place: 'browse' }
  | { place: 'people' }
  | { place: 'settings'; part?: SettingsPlace }
  | { place: 'admin'; part?: AdminPlace }

function oneOf<T extends string>(allowed: readonly T[], word: string | undefined): T | undefined {
  return allowed.find((each) => each === word)
}

function routeToConversation(id: string, pane: string | undefined): Route {
  const open = oneOf<Pane>(['members', 'details'], pane)
  return { place: 'channel', channelId: id as ChannelId, ...(open ? { pane: open } : {}) }
}

/** Reads a hash such as `#/c/ID/members`; anything that is not understood is home. */
export function routeOf(hash: string): Route {
  const [place, first, second] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode)
  switch (place) {
    case 'join':
      return { place, ...(first ? { token: first } : {}) }
    case 'reset':
      return first ? { place, token: first } : { place: 'home' }
    case 'c':
      return first ? routeToConversation(first, second) : { place: 'home' }
    case 'browse':
    case 'people':
      return { place }
    case 'settings':
      return { place, part: oneOf(SETTINGS_PLACES, first) }
    case 'admin':
      return { place, part: oneOf(ADMIN_PLACES, first) }
    default:
      return { place: 'home' }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

export function hashOf(route: Route): string {
  const parts = (() => {
    switch (route.place) {
      case 'home':
        return []
      case 'join':
      case 'reset':
        return [route.place, route.token]
      case 'channel':
        return ['c', route.channelId, route.pane]
      case 'settings':
      case 'admin':
        return [route.place, route.part]
      default:
        return [route.place]
    }
  })()
  return (
    '#/' +
    parts
      .filter((part) => part !== undefined)
      .map(encodeURIComponent)
      .join('/')
  )
}
