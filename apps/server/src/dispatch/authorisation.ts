/**
 * Authorisation: `can(actor, permission, subject)`, asked by the dispatcher before every handler. One function over the
 * protocol's PERMISSIONS; what is not granted there is refused (SPEC.md, PERM-*). A channel that the caller cannot see
 * does not exist for them.
 */
import {
  PERMISSIONS,
  type ChannelId,
  type ErrorCode,
  type Permission,
  type PermissionRule,
} from '@reforms/protocol'
import type { ChannelStanding } from '../features/channel/standing.ts'
import type { Actor } from '../ports/call.ts'

/** What the operation is about. */
export interface Subject {
  readonly channelId: ChannelId | undefined
  readonly standing: (channelId: ChannelId, actor: Actor) => Promise<ChannelStanding>
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly code: ErrorCode }

const ALLOWED: Verdict = { allowed: true }
const refused = (code: ErrorCode): Verdict => ({ allowed: false, code })

/** The part that needs no subject: it can be asked before anything of a request is read. */
export function canAtAll(actor: Actor | undefined, permission: Permission): Verdict {
  const rule: PermissionRule = PERMISSIONS[permission]
  if (rule.session === 'nobody') return ALLOWED
  if (!actor) return refused('not-signed-in')
  if (rule.session === 'device' && actor.deviceId === undefined) return refused('session-unbound')
  if (rule.roles && !rule.roles.includes(actor.role)) return refused('forbidden')
  if (actor.role === 'guest' && !rule.guests) return refused('forbidden')
  return ALLOWED
}

/** To a guest a public channel is hidden too, until somebody has let them in (GUEST-1). */
function isVisible(standing: ChannelStanding, actor: Actor): boolean {
  if (!standing.exists) return false
  if (standing.place === 'member' || standing.place === 'joining') return true
  return standing.kind === 'public' && actor.role !== 'guest'
}

function fitsChannel(rule: NonNullable<PermissionRule['channel']>, standing: ChannelStanding): boolean {
  switch (rule) {
    case 'visible':
      return true
    case 'enter':
      return standing.place === 'member' || standing.place === 'joining'
    case 'member':
      return standing.place === 'member'
    case 'moderator':
      return standing.moderator
  }
}

export async function can(
  actor: Actor | undefined,
  permission: Permission,
  subject: Subject,
): Promise<Verdict> {
  const general = canAtAll(actor, permission)
  const rule: PermissionRule = PERMISSIONS[permission]
  if (!general.allowed || !rule.channel) return general
  if (!actor || subject.channelId === undefined) return refused('forbidden')
  const standing = await subject.standing(subject.channelId, actor)
  if (!isVisible(standing, actor)) return refused('not-found')
  return fitsChannel(rule.channel, standing) ? ALLOWED : refused('forbidden')
}
