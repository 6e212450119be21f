/** Where a person is, as the address's hash says it. Tokens stand in the hash, so that they reach no server's log. */
import type { ChannelId, Seq } from '@reforms/protocol'

export type Pane = 'members' | 'details' | 'pins' | 'thread'
export type SettingsPlace = 'profile' | 'devices' | 'security' | 'appearance' | 'notifications' | 'about'
export type AdminPlace = 'people' | 'invitations' | 'settings' | 'emoji' | 'audit'
export const SETTINGS_PLACES: readonly SettingsPlace[] = [
  'profile',
  'devices',
  'security',
  'appearance',
  'notifications',
  'about',
]
export const ADMIN_PLACES: readonly AdminPlace[] = ['people', 'invitations', 'settings', 'emoji', 'audit']

/** What is the user's own, beside the list of conversations. */
export type OwnPlace = 'inbox' | 'threads' | 'saved' | 'reminders' | 'scheduled'
export const OWN_PLACES: readonly OwnPlace[] = ['inbox', 'threads', 'saved', 'reminders', 'scheduled']

export type Route =
  | { place: 'home' }
  | { place: 'join'; token?: string }
  | { place: 'reset'; token: string }
  /** By an invite link into a channel. */
  | { place: 'invite'; secret: string }
  | {
      place: 'channel'
      channelId: ChannelId
      pane?: Pane
      /** The message whose thread the pane shows. */
      root?: Seq
      /** The message that is jumped to. */
      seq?: Seq
    }
  | { place: 'browse' }
  | { place: 'people' }
  | { place: 'search' }
  | { place: OwnPlace }
  | { place: 'settings'; part?: SettingsPlace }
  | { place: 'admin'; part?: AdminPlace }

function oneOf<T extends string>(allowed: readonly T[], word: string | undefined): T | undefined {
  return allowed.find((each) => each === word)
}

/** What follows a conversation in the address: a message (`m/17`), a thread (`thread/17`), or another pane. */
function routeToConversation(id: string, what: string | undefined, which: string | undefined): Route {
  const conversation = { place: 'channel' as const, channelId: id as ChannelId }
  const seq = seqOf(which)
  if (what === 'm') return seq === undefined ? conversation : { ...conversation, seq }
  if (what === 'thread') return seq === undefined ? conversation : { ...conversation, pane: what, root: seq }
  const open = oneOf<Pane>(['members', 'details', 'pins'], what)
  return { ...conversation, ...(open ? { pane: open } : {}) }
}

function seqOf(word: string | undefined): Seq | undefined {
  const seq = /^[1-9]\d{0,15}$/.test(word ?? '') ? Number(word) : undefined
  return seq !== undefined && Number.isSafeInteger(seq) ? seq : undefined
}

/** Reads a hash such as `#/c/ID/members`; anything that is not understood is home. */
export function routeOf(hash: string): Route {
  const [place, first, second, third] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode)
  switch (place) {
    case 'join':
      return { place, ...(first ? { token: first } : {}) }
    case 'reset':
      return first ? { place, token: first } : { place: 'home' }
    case 'invite':
      return first ? { place, secret: first } : { place: 'home' }
    case 'c':
      return first ? routeToConversation(first, second, third) : { place: 'home' }
    case 'browse':
    case 'people':
    case 'search':
    case 'inbox':
    case 'threads':
    case 'saved':
    case 'reminders':
    case 'scheduled':
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

function inConversation({ pane, root, seq }: Extract<Route, { place: 'channel' }>): (string | undefined)[] {
  if (pane === 'thread') return [pane, String(root)]
  return pane || seq === undefined ? [pane] : ['m', String(seq)]
}

export function hashOf(route: Route): string {
  const parts = (() => {
    switch (route.place) {
      case 'home':
        return []
      case 'join':
      case 'reset':
        return [route.place, route.token]
      case 'invite':
        return [route.place, route.secret]
      case 'channel':
        return ['c', route.channelId, ...inConversation(route)]
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
