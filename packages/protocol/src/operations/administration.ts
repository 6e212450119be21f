/** What administrators run: people, invitations, settings, the audit trail. SPEC.md, section "Policy" (ADM-*). */
import { Type, type Static } from 'typebox'
import { LIST_PAGE_MAX } from '../limits.ts'
import { operation } from '../operation.ts'
import { HashSchema, InvitationIdSchema, name, object, TimeSchema, UserIdSchema } from '../schema.ts'
import { DisplayName, RoleSchema, UserName } from './session.ts'

export const ManagedUser = object({
  userId: UserIdSchema,
  userName: UserName,
  displayName: DisplayName,
  role: RoleSchema,
  active: Type.Boolean(),
  createdAt: TimeSchema,
  lastSeenAt: Type.Optional(TimeSchema),
  deviceCount: Type.Integer(),
  sessionCount: Type.Integer(),
  /** A reset of the identity was asked for at this time. */
  resetRequestedAt: Type.Optional(TimeSchema),
  /** ...and may be carried out from this time on, once an administrator has agreed. */
  resetAt: Type.Optional(TimeSchema),
})
export type ManagedUser = Static<typeof ManagedUser>

export const Invitation = object({
  invitationId: InvitationIdSchema,
  role: RoleSchema,
  note: name({ maxLength: 200 }),
  createdBy: Type.Optional(UserIdSchema),
  createdAt: TimeSchema,
  expiresAt: TimeSchema,
  uses: Type.Integer(),
  usesLeft: Type.Integer(),
  revoked: Type.Boolean(),
})
export type Invitation = Static<typeof Invitation>

export const Settings = object({
  organisation: name({ minLength: 1, maxLength: 80 }),
  registration: Type.Union([Type.Literal('open'), Type.Literal('invitation')]),
  /** Who may make public channels. */
  publicChannels: Type.Union([Type.Literal('everyone'), Type.Literal('administrators')]),
  /** Who may make teams. */
  teams: Type.Union([Type.Literal('everyone'), Type.Literal('administrators')]),
  /** Days after which a session that is not used ends. */
  sessionDays: Type.Integer({ minimum: 1, maximum: 365 }),
  /** The largest file that may be sent, before it is encrypted. */
  fileMaxMegabytes: Type.Integer({ minimum: 1, maximum: 65_536 }),
  /** Whether members may tell each other what they have read (RCPT-3). */
  receipts: Type.Boolean(),
})
export type Settings = Static<typeof Settings>

export const AuditRecord = object({
  number: Type.Integer({ minimum: 1 }),
  at: TimeSchema,
  /** Absent where the server itself or its command line did it. */
  actor: Type.Optional(UserIdSchema),
  action: Type.String(),
  subject: Type.Optional(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
  /** Hash over the record before and this one (ADM-4). */
  hash: HashSchema,
})
export type AuditRecord = Static<typeof AuditRecord>

export const administrationOperations = {
  'admin.listUsers': operation({
    method: 'GET',
    path: '/api/admin/users',
    permission: 'users.manage',
    summary: 'All users, with what an administrator needs to know of them.',
    input: object({
      search: Type.Optional(Type.String({ maxLength: 80 })),
      after: Type.Optional(UserIdSchema),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_PAGE_MAX })),
    }),
    output: object({ users: Type.Array(ManagedUser), more: Type.Boolean() }),
    errors: [],
  }),
  'admin.updateUser': operation({
    method: 'PATCH',
    path: '/api/admin/users/:userId',
    permission: 'users.manage',
    summary:
      'Changes a role, deactivates an account (its sessions end, its leaves are removed) or brings it back.',
    input: object({
      userId: UserIdSchema,
      role: Type.Optional(RoleSchema),
      active: Type.Optional(Type.Boolean()),
    }),
    output: object({ user: ManagedUser }),
    errors: ['not-found', 'last-administrator'],
  }),
  'admin.signOutUser': operation({
    method: 'POST',
    path: '/api/admin/users/:userId/sign-out',
    permission: 'users.manage',
    summary: 'Ends all sessions of a user.',
    input: object({ userId: UserIdSchema }),
    output: object({ closed: Type.Integer() }),
    errors: ['not-found'],
  }),
  'admin.resetPassword': operation({
    method: 'POST',
    path: '/api/admin/users/:userId/password-reset',
    permission: 'users.manage',
    summary: 'Makes a link, good once and for a day, by which a user sets a new password.',
    input: object({ userId: UserIdSchema }),
    output: object({ url: Type.String(), expiresAt: TimeSchema }),
    errors: ['not-found'],
  }),
  'admin.approveReset': operation({
    method: 'POST',
    path: '/api/admin/users/:userId/identity-reset',
    permission: 'users.manage',
    summary: 'Agrees to a new identity for a user who lost the phrase; 72 hours of notice begin.',
    input: object({ userId: UserIdSchema }),
    output: object({ resetAt: TimeSchema }),
    errors: ['not-found'],
  }),
  'invitation.create': operation({
    method: 'POST',
    path: '/api/admin/invitations',
    permission: 'invitations.manage',
    summary: 'Makes an invitation link. The link is shown this once; the server keeps its hash only.',
    input: object({
      role: RoleSchema,
      uses: Type.Integer({ minimum: 1, maximum: 1000 }),
      expiresInHours: Type.Integer({ minimum: 1, maximum: 24 * 90 }),
      note: name({ maxLength: 200 }),
    }),
    output: object({ invitation: Invitation, url: Type.String() }),
    errors: ['too-many'],
  }),
  'invitation.list': operation({
    method: 'GET',
    path: '/api/admin/invitations',
    permission: 'invitations.manage',
    summary: 'All invitations, newest first, without their links.',
    input: object({}),
    output: object({ invitations: Type.Array(Invitation) }),
    errors: [],
  }),
  'invitation.revoke': operation({
    method: 'DELETE',
    path: '/api/admin/invitations/:invitationId',
    permission: 'invitations.manage',
    summary: 'Makes an invitation link worthless.',
    input: object({ invitationId: InvitationIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
  'settings.read': operation({
    method: 'GET',
    path: '/api/admin/settings',
    permission: 'settings.manage',
    summary: 'The organisation’s settings.',
    input: object({}),
    output: Settings,
    errors: [],
  }),
  'settings.update': operation({
    method: 'PATCH',
    path: '/api/admin/settings',
    permission: 'settings.manage',
    summary: 'Changes settings; each change is an audit record with the value before and after.',
    input: object({
      organisation: Type.Optional(Settings.properties.organisation),
      registration: Type.Optional(Settings.properties.registration),
      publicChannels: Type.Optional(Settings.properties.publicChannels),
      teams: Type.Optional(Settings.properties.teams),
      sessionDays: Type.Optional(Settings.properties.sessionDays),
      fileMaxMegabytes: Type.Optional(Settings.properties.fileMaxMegabytes),
      receipts: Type.Optional(Settings.properties.receipts),
    }),
    output: Settings,
    errors: [],
  }),
  'audit.read': operation({
    method: 'GET',
    path: '/api/admin/audit',
    permission: 'audit.read',
    summary: 'Audit records, newest first, before a number.',
    input: object({
      before: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: Type.Integer({ minimum: 1, maximum: LIST_PAGE_MAX }),
    }),
    output: object({ records: Type.Array(AuditRecord) }),
    errors: [],
  }),
}
