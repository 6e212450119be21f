/**
 * What a worker thread does for the server: one job at a time, bytes in, bytes out. It holds no secret, and nothing that
 * could not be computed again: it may be ended at any moment.
 */
import {
  CryptoError,
  decodePublicGroup,
  encodePublicGroup,
  followCommit,
  MlsRefused,
  openPublicGroup,
  publicEpoch,
  publicPolicy,
  publicRoster,
  type Leaf,
  type PublicGroup,
} from '@reforms/crypto/public'
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type {
  CheckedGroup,
  CommitToFollow,
  FollowedGroup,
  Founding,
  OpenedGroup,
} from '../../ports/group-follower.ts'

export type GroupJob = ({ readonly kind: 'open' } & Founding) | ({ readonly kind: 'follow' } & CommitToFollow)

export type GroupJobOutcome =
  | { readonly kind: 'opened'; readonly group: OpenedGroup }
  | { readonly kind: 'followed'; readonly group: FollowedGroup }
  /** The bytes do not fit: a code of the crypto package. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A fault of ours. */
  | { readonly kind: 'failed'; readonly message: string }

export interface GroupJobAnswer {
  readonly outcome: GroupJobOutcome
  readonly seconds: number
}

/** Of stored states that are kept decoded: a channel's commits come one after the other, and decoding is half the cost. */
const KEPT_BYTES = 8 * 1024 * 1024

/**
 * Decoded groups by the hash of their stored bytes, the last used last. By content and not by epoch: what was followed
 * need not have been accepted.
 */
class DecodedGroups {
  readonly #groups = new Map<string, { readonly group: PublicGroup; readonly size: number }>()
  #size = 0

  take(state: Uint8Array): PublicGroup {
    const key = hashOf(state)
    const kept = this.#groups.get(key)
    if (!kept) return decodePublicGroup(state)
    this.#forget(key)
    return kept.group
  }

  keep(state: Uint8Array, group: PublicGroup): void {
    const key = hashOf(state)
    this.#forget(key)
    this.#groups.set(key, { group, size: state.length })
    this.#size += state.length
    for (const oldest of this.#groups.keys()) {
      if (this.#size <= KEPT_BYTES) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#size -= this.#groups.get(key)?.size ?? 0
    this.#groups.delete(key)
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

/** Keys of its own: as parts of the tree's bytes they would each carry the whole tree to the other thread. */
function plainLeaf({ userId, deviceId, leafIndex, identityKey, signatureKey }: Leaf): Leaf {
  return {
    userId,
    deviceId,
    leafIndex,
    identityKey: identityKey.slice(),
    signatureKey: signatureKey.slice(),
  }
}

export class GroupJobs {
  readonly #decoded = new DecodedGroups()

  /** Never throws. */
  async run(job: GroupJob): Promise<GroupJobOutcome> {
    try {
      if (job.kind === 'open') return { kind: 'opened', group: await this.#open(job) }
      return { kind: 'followed', group: await this.#follow(job) }
    } catch (error) {
      if (error instanceof MlsRefused || error instanceof CryptoError)
        return { kind: 'refused', reason: error.code }
      return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : 'failed' }
    }
  }

  async #open(founding: Founding): Promise<OpenedGroup> {
    const group = await openPublicGroup(founding)
    return { ...this.#checked(group), roster: publicRoster(group).map(plainLeaf) }
  }

  async #follow({ state, now, ...entry }: CommitToFollow): Promise<FollowedGroup> {
    const before = this.#decoded.take(state)
    // It stays where it was: the commit may be refused, or another one be accepted in its place.
    this.#decoded.keep(state, before)
    const { group, committer, external, added, removed } = await followCommit(before, entry, now)
    return {
      ...this.#checked(group),
      changesPolicy: !isDeepStrictEqual(publicPolicy(before), publicPolicy(group)),
      committer: plainLeaf(committer),
      external,
      added: added.map(plainLeaf),
      removed: removed.map(plainLeaf),
    }
  }

  #checked(group: PublicGroup): CheckedGroup {
    // A buffer of its own, which is handed over to the other thread.
    const state = encodePublicGroup(group).slice()
    this.#decoded.keep(state, group)
    return { name: publicEpoch(group), policy: publicPolicy(group), state }
  }
}
