/** Sign-in, sessions, registration. SPEC.md, section "Sessions" (SES-*). */
import { Type, type Static } from 'typebox'
import {
  DEVICES_MAX,
  DOCUMENT_MAX_BYTES,
  KEY_PACKAGE_MAX_BYTES,
  KEY_PACKAGES_MAX,
  NAME_MAX_CHARACTERS,
  PASSWORD_MAX_CHARACTERS,
  SEALED_KEYS_MAX_BYTES,
  USER_NAME_PATTERN,
} from '../limits.ts'
import { operation } from '../operation.ts'
import {
  bytes,
  DeviceIdSchema,
  HashSchema,
  name,
  object,
  SessionIdSchema,
  TimeSchema,
  UserIdSchema,
} from '../schema.ts'

export const RoleSchema = Type.Union([
  Type.Literal('administrator'),
  Type.Literal('moderator'),
  Type.Literal('member'),
  Type.Literal('guest'),
])
export const Token = Type.String({ minLength: 16, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' })
export const UserName = Type.String({ minLength: 2, maxLength: 32, pattern: USER_NAME_PATTERN })
export const DisplayName = name({ minLength: 1, maxLength: NAME_MAX_CHARACTERS })
/** Strength is checked by the server, so that a weak password gets an error of its own. */
export const Password = Type.String({ minLength: 1, maxLength: PASSWORD_MAX_CHARACTERS })
const Label = name({ maxLength: 64 })

export const KeyPackages = Type.Array(bytes(1, KEY_PACKAGE_MAX_BYTES), { maxItems: KEY_PACKAGES_MAX })
export const SealedForDevices = Type.Array(
  object({ deviceId: DeviceIdSchema, sealed: bytes(1, SEALED_KEYS_MAX_BYTES) }),
  { maxItems: DEVICES_MAX },
)

/** A user's public documents: who they are and which devices speak for them (ID-5). */
export const SignedDocuments = {
  /** Account statement, signed by the identity key. */
  account: bytes(1, DOCUMENT_MAX_BYTES),
  /** Device list, signed by the account key. */
  devices: bytes(1, DOCUMENT_MAX_BYTES),
}

/** The first documents and keys of an identity, with its first device. */
const FirstIdentity = {
  ...SignedDocuments,
  deviceId: DeviceIdSchema,
  sealedForRecovery: bytes(1, SEALED_KEYS_MAX_BYTES),
  sealedForDevices: SealedForDevices,
  keyPackages: KeyPackages,
  lastResort: bytes(1, KEY_PACKAGE_MAX_BYTES),
}

export const Session = object({
  sessionId: SessionIdSchema,
  userId: UserIdSchema,
  userName: UserName,
  displayName: DisplayName,
  role: RoleSchema,
  /** Absent while the session is not bound to a device. */
  deviceId: Type.Optional(DeviceIdSchema),
  /** What a device signs to bind this session to itself (SES-4). */
  challenge: HashSchema,
  /** A reset of the identity was asked for at this time. */
  resetRequestedAt: Type.Optional(TimeSchema),
  /** When that reset may be carried out; absent until an administrator has agreed. */
  resetAt: Type.Optional(TimeSchema),
  /** True once the reset may be carried out by this session. */
  resetReady: Type.Optional(Type.Boolean()),
  /** The server's clock when it answered: a device that is ahead of it erases nothing early (LOG-19). */
  now: TimeSchema,
  /** For programs only, once: the bearer token. Browsers get a cookie. */
  token: Type.Optional(Type.String()),
})
export type Session = Static<typeof Session>

const Client = Type.Union([Type.Literal('browser'), Type.Literal('program')])

export const sessionOperations = {
  'server.read': operation({
    method: 'GET',
    path: '/api/server',
    permission: 'open',
    summary: 'What this server is, before sign-in.',
    input: object({}),
    output: object({
      name: Type.String(),
      version: Type.String(),
      protocol: Type.Literal(1),
      registration: Type.Union([Type.Literal('open'), Type.Literal('invitation')]),
      setUp: Type.Boolean(),
      /** The largest file that may be sent, before it is encrypted. */
      fileMaxMegabytes: Type.Integer(),
      /** Who may make teams. */
      teams: Type.Union([Type.Literal('everyone'), Type.Literal('administrators')]),
      /** Whether members tell each other what they have read. */
      receipts: Type.Boolean(),
    }),
    errors: [],
  }),
  'invitation.check': operation({
    method: 'POST',
    path: '/api/invitations/check',
    permission: 'open',
    summary: 'Whether a link is still good, what it is for and, with it, whether a user name is free.',
    input: object({ token: Type.Optional(Token), userName: Type.Optional(UserName) }),
    output: object({
      purpose: Type.Union([Type.Literal('setup'), Type.Literal('join'), Type.Literal('password-reset')]),
      organisation: Type.String(),
      invitedBy: Type.Optional(Type.String()),
      role: RoleSchema,
      nameFree: Type.Optional(Type.Boolean()),
      expiresAt: Type.Optional(TimeSchema),
    }),
    errors: ['invitation-invalid', 'registration-closed', 'rate-limited'],
  }),
  'user.register': operation({
    method: 'POST',
    path: '/api/users',
    permission: 'open',
    summary: 'Makes a user with an identity and a first device, all or nothing, and signs them in.',
    input: object({
      /** Absent where registration is open to everyone. */
      token: Type.Optional(Token),
      userId: UserIdSchema,
      userName: UserName,
      displayName: DisplayName,
      password: Password,
      client: Client,
      ...FirstIdentity,
    }),
    output: Session,
    errors: [
      'invitation-invalid',
      'registration-closed',
      'name-taken',
      'already-exists',
      'password-weak',
      'bad-signature',
      'stale-document',
      'rate-limited',
    ],
  }),
  'session.open': operation({
    method: 'POST',
    path: '/api/sessions',
    permission: 'open',
    summary: 'Signs in by password. The session is unbound until a device signs its challenge.',
    input: object({
      userName: Type.String({ maxLength: 64 }),
      password: Password,
      client: Client,
      label: Type.Optional(Label),
    }),
    output: Session,
    errors: ['sign-in-failed', 'account-inactive', 'rate-limited'],
  }),
  'session.read': operation({
    method: 'GET',
    path: '/api/session',
    permission: 'own-session',
    summary: 'The session of this request.',
    input: object({}),
    output: Session,
    errors: [],
  }),
  'session.bind': operation({
    method: 'POST',
    path: '/api/session/bind',
    permission: 'own-session',
    summary: 'Binds this session to a listed device, by its signature over the challenge.',
    input: object({ deviceId: DeviceIdSchema, signature: bytes(64, 64) }),
    output: Session,
    errors: ['bad-signature', 'not-found'],
  }),
  'session.close': operation({
    method: 'DELETE',
    path: '/api/session',
    permission: 'own-session',
    summary: 'Signs out.',
    input: object({}),
    output: object({}),
    errors: [],
  }),
  'session.list': operation({
    method: 'GET',
    path: '/api/sessions',
    permission: 'own',
    summary: 'All sessions of this user.',
    input: object({}),
    output: object({
      sessions: Type.Array(
        object({
          sessionId: SessionIdSchema,
          deviceId: Type.Optional(DeviceIdSchema),
          label: Label,
          createdAt: TimeSchema,
          usedAt: TimeSchema,
          current: Type.Boolean(),
        }),
      ),
    }),
    errors: [],
  }),
  'session.closeOthers': operation({
    method: 'DELETE',
    path: '/api/sessions',
    permission: 'own',
    summary: 'Signs out everywhere else.',
    input: object({}),
    output: object({ closed: Type.Integer() }),
    errors: [],
  }),
  'password.change': operation({
    method: 'POST',
    path: '/api/password',
    permission: 'own-session',
    summary: 'Changes the password and signs out everywhere else.',
    input: object({ current: Password, next: Password }),
    output: object({}),
    errors: ['sign-in-failed', 'password-weak', 'rate-limited'],
  }),
  'password.reset': operation({
    method: 'POST',
    path: '/api/password/reset',
    permission: 'open',
    summary: 'Sets a new password by a link from an administrator, and signs out everywhere.',
    input: object({ token: Token, password: Password }),
    output: object({ userName: UserName }),
    errors: ['invitation-invalid', 'password-weak', 'rate-limited'],
  }),
  'identity.requestReset': operation({
    method: 'POST',
    path: '/api/identity/reset-request',
    permission: 'own-session',
    summary:
      'Asks for a new identity when the phrase is lost. An administrator has to agree, then 72 hours pass.',
    input: object({}),
    output: object({}),
    errors: ['rate-limited'],
  }),
  'identity.cancelReset': operation({
    method: 'DELETE',
    path: '/api/identity/reset-request',
    permission: 'own',
    summary: 'Stops a reset of one’s identity, from a device that is in.',
    input: object({}),
    output: object({}),
    errors: ['not-found'],
  }),
  'identity.reset': operation({
    method: 'POST',
    path: '/api/identity/reset',
    permission: 'own-session',
    summary: 'Replaces a lost identity after the notice period: a new person under the same name.',
    input: object(FirstIdentity),
    output: Session,
    errors: ['waiting-period', 'bad-signature', 'stale-document'],
  }),
}
