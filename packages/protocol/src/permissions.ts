/**
 * Who may do what: the one table behind `can(actor, permission, subject)`. SPEC.md, section "Permissions" (PERM-*).
 * Deny by default: what is not granted here is refused.
 */
/** `guest`: somebody who sees only the channels that they were let into, and who is in them (GUEST-*). */
export type Role = 'administrator' | 'moderator' | 'member' | 'guest'
export const ROLES: readonly Role[] = ['administrator', 'moderator', 'member', 'guest']

export interface PermissionRule {
  /** `nobody`: no sign-in needed. `session`: signed in. `device`: signed in and bound to a listed device. */
  readonly session: 'nobody' | 'session' | 'device'
  /** The roles that have it; absent: every role but guests. */
  readonly roles?: readonly Role[]
  /** Guests have it too. Without it they are refused, as everybody is without a permission. */
  readonly guests?: true
  /**
   * What the caller must be to the channel that the input names:
   * `visible`: a member, waiting to be one, or the channel is public and the caller no guest; `member`: a leaf in the roster and not waiting to
   * be removed; `enter`: a member, or waiting to be added; `moderator`: a member whom the policy names, or, in public
   * channels, an administrator or moderator of the organisation.
   */
  readonly channel?: 'visible' | 'enter' | 'member' | 'moderator'
}

const ADMINISTRATORS: readonly Role[] = ['administrator']

export const PERMISSIONS = {
  /** Open to the world, before sign-in. */
  open: { session: 'nobody', guests: true },
  /** One's own session, also before it is bound to a device. */
  'own-session': { session: 'session', guests: true },
  /** One's own account, vault, mailbox; the directory, of which guests are shown whom they meet. */
  own: { session: 'device', guests: true },
  'channels.browse': { session: 'device' },
  'channel.create': { session: 'device' },
  'channel.see': { session: 'device', channel: 'visible', guests: true },
  'channel.enter': { session: 'device', channel: 'enter', guests: true },
  'channel.use': { session: 'device', channel: 'member', guests: true },
  'channel.invite': { session: 'device', channel: 'member' },
  'channel.moderate': { session: 'device', channel: 'moderator' },
  /** Whether a member may make one, the settings say; whoever made it, and administrators, change it. */
  'teams.manage': { session: 'device' },
  /** Adds and removes the organisation's own emoji, which everybody sees. */
  'emoji.manage': { session: 'device', roles: ADMINISTRATORS },
  'users.manage': { session: 'device', roles: ADMINISTRATORS },
  'invitations.manage': { session: 'device', roles: ADMINISTRATORS },
  'settings.manage': { session: 'device', roles: ADMINISTRATORS },
  'audit.read': { session: 'device', roles: ADMINISTRATORS },
} as const satisfies Record<string, PermissionRule>

export type Permission = keyof typeof PERMISSIONS
