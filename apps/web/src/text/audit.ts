/** The audit trail's records as sentences: one for each action that the server records. */

/** The people of a record by name; `self` where somebody acted on their own account. */
export interface Named {
  actor: string
  subject: string
  self: boolean
  detail: Readonly<Record<string, unknown>>
}

const of = (named: Named) => (named.self ? 'their own' : `${named.subject}’s`)

interface Standing {
  role?: unknown
  active?: unknown
}
const standing = (value: unknown): Standing => (typeof value === 'object' && value !== null ? value : {})

function userChanged({ actor, subject, detail }: Named): string {
  const before = standing(detail['before'])
  const after = standing(detail['after'])
  if (before.active !== after.active) {
    return after.active ? `${actor} activated ${subject} again.` : `${actor} deactivated ${subject}.`
  }
  return typeof after.role === 'string'
    ? `${actor} made ${subject} ${ROLES[after.role] ?? after.role}.`
    : `${actor} changed the account of ${subject}.`
}

function policyChanged({ actor, detail }: Named): string {
  const changes = [
    'moderators' in detail ? 'who moderates' : undefined,
    'history' in detail ? 'what new members can read' : undefined,
    'retentionDays' in detail ? 'when messages are erased' : undefined,
  ].filter((change) => change !== undefined)
  return `${actor} changed ${changes.join(' and ')} in a channel.`
}

const ROLES: Record<string, string> = {
  administrator: 'an administrator',
  moderator: 'a moderator',
  member: 'a member',
  guest: 'a guest',
}
const SETTINGS: Record<string, string> = {
  organisation: 'the name of the organisation',
  registration: 'who can join',
  publicChannels: 'who can make public channels',
  teams: 'who can make teams',
  sessionDays: 'how long an unused session lasts',
  fileMaxMegabytes: 'how large files may be',
  receipts: 'whether people see what others have read',
}

const sentences: Readonly<Record<string, (named: Named) => string>> = {
  'setup-link.created': () => 'The server made a set-up link.',
  'password-link.created': ({ actor, subject }) =>
    `${actor} made a link for ${subject} to set a new password.`,
  'user.registered': ({ actor }) => `${actor} joined.`,
  'user.changed': userChanged,
  'user.signed-out': ({ actor, subject }) => `${actor} signed ${subject} out everywhere.`,
  'sign-in': ({ actor }) => `${actor} signed in.`,
  'sign-in.failed': ({ subject }) => `Signing in as ${subject} failed.`,
  'sign-in.locked': ({ subject }) => `Signing in as ${subject} was held back after several failures.`,
  'sign-out': ({ actor }) => `${actor} signed out.`,
  'session.bound': ({ actor }) => `${actor} confirmed a device.`,
  'password.changed': ({ actor }) => `${actor} changed their password.`,
  'password.reset': ({ actor }) => `${actor} set a new password by a link.`,
  'account.updated': ({ actor }) => `${actor} changed their list of devices.`,
  'device.cut': ({ actor }) => `${actor} removed a device.`,
  'identity-reset.requested': ({ actor }) => `${actor} asked for a new identity.`,
  'identity-reset.cancelled': (named) => `${named.actor} cancelled ${of(named)} request for a new identity.`,
  'identity-reset.approved': ({ actor, subject }) => `${actor} approved a new identity for ${subject}.`,
  'identity-reset.done': ({ actor }) => `${actor} began a new identity.`,
  'invitation.created': ({ actor }) => `${actor} made an invitation.`,
  'invitation.revoked': ({ actor }) => `${actor} revoked an invitation.`,
  'setting.changed': ({ actor, subject }) => `${actor} changed ${SETTINGS[subject] ?? subject}.`,
  'team.created': ({ actor, subject }) => `${actor} made the team @${subject}.`,
  'team.changed': ({ actor, subject }) => `${actor} changed the team @${subject}.`,
  'team.deleted': ({ actor, subject }) => `${actor} deleted the team @${subject}.`,
  'emoji.added': ({ actor, subject }) => `${actor} added the emoji :${subject}:.`,
  'emoji.removed': ({ actor, subject }) => `${actor} removed the emoji :${subject}:.`,
  'channel.updated': ({ actor, subject }) => `${actor} changed the channel ${subject}.`,
  'channel.policy-changed': policyChanged,
  'channel-link.created': ({ actor }) => `${actor} made an invite link to a channel.`,
  'channel-link.revoked': ({ actor }) => `${actor} revoked an invite link to a channel.`,
  'channel.member-removed': ({ actor, subject }) => `${actor} removed ${subject} from a channel.`,
}

/** For an action that is newer than this page: said as it is recorded. */
function plain(action: string, { actor, subject }: Named): string {
  return `${actor}: ${action}${subject ? ` (${subject})` : ''}.`
}

export const auditText = { sentences, plain }
