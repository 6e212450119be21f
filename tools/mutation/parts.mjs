/** The parts of `npm run mutation`: what is changed, and the tests that have to notice. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const SERVER = 'apps/server/src'
const NOT_OURS_TO_JUDGE = /\.test\.ts$|(^|\/)testing|\/vectors\/|\/index\.ts$/

/** The files of a part; a folder stands for all in it but tests, what is for tests only, and lists of exports. */
export function sourcesOf({ sources, except }) {
  const files = sources
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true })
            .sort()
            .map((name) => join(path, name))
        : [path],
    )
    .filter((path) => path.endsWith('.ts') && !NOT_OURS_TO_JUDGE.test(path) && !except?.test(path))
  return [...new Set(files)]
}

export const PARTS = {
  /** Groups: who may do what by a commit, and every check of what comes from elsewhere. */
  groups: {
    sources: [
      ...['authorisation', 'commit-effect', 'founding-check', 'proposals', 'public-state', 'key-package'].map(
        (name) => `packages/crypto/src/mls/${name}.ts`,
      ),
      'packages/crypto/src/mls',
    ],
    tests: ['packages/crypto/src/mls/*.test.ts'],
    // The published vectors and the soak are tests of the library, and slow; fuzzing is slow too.
    without: ['**/mls/vectors.test.ts', '**/mls/soak.test.ts', '**/*.fuzz.test.ts'],
    ignoreStatic: true,
  },
  /** Documents, key derivations, messages, files and the vault. */
  crypto: {
    sources: ['packages/crypto/src'],
    except: /\/mls\//,
    tests: ['packages/crypto/src/*.test.ts'],
    without: ['**/*.fuzz.test.ts'],
    ignoreStatic: true,
  },
  /** Labels, schemas and their caps: each is tried with all tests, so these are the quick ones. */
  constants: {
    sources: ['packages/crypto/src/mls', 'packages/crypto/src'],
    tests: [
      'packages/crypto/src/{vectors,examples,caps,account,content,epoch,vault,redaction,keys,phrase}.test.ts',
      'packages/crypto/src/mls/{public-state,policy-extension,key-package}.test.ts',
    ],
    first: ['vectors.test.ts', 'caps.test.ts'],
    ignorers: ['functions'],
  },
  /** The table of permissions and the one function over it: their test is the matrix. */
  permissions: {
    sources: ['packages/protocol/src/permissions.ts', `${SERVER}/dispatch/authorisation.ts`],
    tests: [
      `${SERVER}/dispatch/{can,authorisation}.test.ts`,
      'packages/protocol/src/operations/operations.test.ts',
    ],
    first: ['can.test.ts', 'operations.test.ts'],
    database: true,
  },
  /** Who a request speaks for, and who may become a user or an administrator. */
  sessions: {
    sources: [
      `${SERVER}/features/caller.ts`,
      ...[
        'session',
        'own-session',
        'session-end',
        'token',
        'sign-in',
        'sign-in-failure',
        'password-change',
        'invitation',
        'registration',
        'setup',
        'administration',
        'identity-reset',
        'invitation-administration',
        'password',
      ].map((name) => `${SERVER}/features/policy/${name}.ts`),
      ...['credentials', 'origin', 'dispatcher'].map((name) => `${SERVER}/dispatch/${name}.ts`),
    ],
    tests: [
      `${SERVER}/features/policy/*.test.ts`,
      `${SERVER}/features/directory/{account,reset}.test.ts`,
      `${SERVER}/dispatch/{dispatcher,http,others-things,authorisation}.test.ts`,
    ],
    // It reads what this process has counted: nothing may run before it.
    first: ['dispatcher.test.ts'],
    ignoreStatic: true,
    database: true,
    conditions: true,
  },
  /** Whose keys and devices these are, in what order documents follow, and whom a guest is shown. */
  identities: {
    sources: [
      ...['account-update', 'device', 'documents', 'identity', 'key-log', 'key-package', 'shown', 'team'].map(
        (name) => `${SERVER}/features/directory/${name}.ts`,
      ),
      `${SERVER}/features/vault/record.ts`,
    ],
    tests: [
      `${SERVER}/features/{directory,vault}/*.test.ts`,
      `${SERVER}/features/channel/greedy-member.test.ts`,
    ],
    ignoreStatic: true,
    database: true,
    conditions: true,
  },
  /** Who is in a channel, who may enter, what a member may do to the log, to files and to others' mailboxes. */
  membership: {
    sources: [
      ...[
        'standing',
        'membership',
        'locked-channel',
        'admitting',
        'entering',
        'removal',
        'waiting',
        'roster',
        'turn',
        'founding',
        'group-state',
        'update',
      ].map((name) => `${SERVER}/features/channel/${name}.ts`),
      ...['acceptance', 'commit-rules', 'redact', 'commit', 'found', 'message'].map(
        (name) => `${SERVER}/features/log/${name}.ts`,
      ),
      `${SERVER}/features/beacon/beacon.ts`,
      `${SERVER}/features/blob/blob.ts`,
      `${SERVER}/features/mailbox/envelope.ts`,
    ],
    tests: [
      `${SERVER}/features/{beacon,channel,log,blob,mailbox}/*.test.ts`,
      `${SERVER}/dispatch/{others-things,authorisation}.test.ts`,
    ],
    without: ['**/interleaving.test.ts'],
    ignoreStatic: true,
    database: true,
    conditions: true,
  },
}

/** Names for several parts. */
export const GROUPS = {
  encryption: ['groups', 'crypto', 'constants'],
  authorisation: ['permissions', 'sessions', 'identities', 'membership'],
}
