/** Users, devices, keys, the key log. SPEC.md, section "Directory" (DIR-*). */
import { Type, type Static } from 'typebox'
import {
  DOCUMENT_MAX_BYTES,
  KEY_PACKAGE_MAX_BYTES,
  LIST_PAGE_MAX,
  LOGGED_DOCUMENTS_MAX,
  SEALED_KEYS_MAX_BYTES,
} from '../limits.ts'
import { operation } from '../operation.ts'
import { bytes, DeviceIdSchema, HashSchema, KeySchema, object, TimeSchema, UserIdSchema } from '../schema.ts'
import {
  DisplayName,
  KeyPackages,
  RoleSchema,
  SealedForDevices,
  SignedDocuments,
  UserName,
} from './session.ts'

export const UserSummary = object({
  userId: UserIdSchema,
  userName: UserName,
  displayName: DisplayName,
  role: RoleSchema,
  active: Type.Boolean(),
  identityKey: KeySchema,
  createdAt: TimeSchema,
})
export type UserSummary = Static<typeof UserSummary>

export const UserDocuments = object({ userId: UserIdSchema, ...SignedDocuments })
export type UserDocuments = Static<typeof UserDocuments>

export const directoryOperations = {
  'directory.list': operation({
    method: 'GET',
    path: '/api/users',
    permission: 'own',
    summary: 'Users by name, a page at a time.',
    input: object({
      search: Type.Optional(Type.String({ maxLength: 80 })),
      after: Type.Optional(UserIdSchema),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_PAGE_MAX })),
    }),
    output: object({ users: Type.Array(UserSummary), more: Type.Boolean() }),
    errors: [],
  }),
  'directory.read': operation({
    method: 'POST',
    path: '/api/users/documents',
    permission: 'own',
    summary: 'The signed documents of some users.',
    input: object({ userIds: Type.Array(UserIdSchema, { minItems: 1, maxItems: 100 }) }),
    output: object({ users: Type.Array(UserSummary), documents: Type.Array(UserDocuments) }),
    errors: [],
  }),
  'profile.update': operation({
    method: 'PATCH',
    path: '/api/profile',
    permission: 'own',
    summary: 'Changes one’s display name.',
    input: object({ displayName: DisplayName }),
    output: object({}),
    errors: [],
  }),
  'account.read': operation({
    method: 'GET',
    path: '/api/account',
    permission: 'own-session',
    summary:
      'One’s own signed documents and the sealed account and vault keys, for a device or for recovery.',
    input: object({ deviceId: Type.Optional(DeviceIdSchema) }),
    output: object({
      ...SignedDocuments,
      sealedForRecovery: bytes(1, SEALED_KEYS_MAX_BYTES),
      sealedForDevice: Type.Optional(bytes(1, SEALED_KEYS_MAX_BYTES)),
    }),
    errors: [],
  }),
  'account.update': operation({
    method: 'PUT',
    path: '/api/account',
    permission: 'own-session',
    summary:
      'Publishes the next device list, and the next account statement with it where the account key changes.',
    input: object({
      /** Only with a new account key; then sealedForRecovery comes along. */
      account: Type.Optional(bytes(1, DOCUMENT_MAX_BYTES)),
      devices: bytes(1, DOCUMENT_MAX_BYTES),
      sealedForRecovery: Type.Optional(bytes(1, SEALED_KEYS_MAX_BYTES)),
      /** For every device that is new in the list, or for all of them with a new account key. */
      sealedForDevices: SealedForDevices,
    }),
    output: object({}),
    errors: ['bad-signature', 'stale-document', 'too-many'],
  }),
  'device.cut': operation({
    method: 'DELETE',
    path: '/api/devices/:deviceId',
    permission: 'own',
    summary: 'Cuts one of one’s devices off at once: its sessions end and its leaves wait to be removed.',
    input: object({ deviceId: DeviceIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
  'keyPackage.publish': operation({
    method: 'POST',
    path: '/api/key-packages',
    permission: 'own',
    summary: 'Leaves key packages of this device for those who will add it.',
    input: object({ keyPackages: KeyPackages, lastResort: Type.Optional(bytes(1, KEY_PACKAGE_MAX_BYTES)) }),
    output: object({ available: Type.Integer() }),
    errors: ['bad-signature', 'too-many'],
  }),
  'keyPackage.count': operation({
    method: 'GET',
    path: '/api/key-packages',
    permission: 'own',
    summary: 'How many key packages of this device are left.',
    input: object({}),
    output: object({ available: Type.Integer() }),
    errors: [],
  }),
  'keyLog.read': operation({
    method: 'GET',
    path: '/api/key-log',
    permission: 'own',
    summary: 'Entries of the key log from an index on, with the tree’s size and root.',
    input: object({
      from: Type.Integer({ minimum: 0 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    output: object({ size: Type.Integer(), root: HashSchema, entries: Type.Array(bytes(1, 1024)) }),
    errors: [],
  }),
  'keyLog.documents': operation({
    method: 'POST',
    path: '/api/key-log/documents',
    permission: 'own',
    summary:
      'The signed documents that entries of the key log name, by the entries’ numbers: 1 for the first.',
    input: object({
      numbers: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
        minItems: 1,
        maxItems: LOGGED_DOCUMENTS_MAX,
      }),
    }),
    output: object({ documents: Type.Array(object({ number: Type.Integer(), ...SignedDocuments })) }),
    errors: [],
  }),
}
