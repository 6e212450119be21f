/**
 * Following the public state of groups (SPEC.md, TURN-7), apart from the thread that answers everybody: what it costs grows with
 * the group, and whoever commits decides how large a group is. The features own this port; src/app.ts chooses the adapter.
 */
import type { EpochName, Leaf } from '@reforms/crypto/public'
import type { ChannelPolicy, Milliseconds, UserId } from '@reforms/protocol'

/** A group that was checked, as it is to be stored. */
export interface CheckedGroup {
  readonly name: EpochName
  readonly policy: ChannelPolicy
  readonly state: Uint8Array
}

export interface OpenedGroup extends CheckedGroup {
  readonly roster: readonly Leaf[]
}

export interface FollowedGroup extends CheckedGroup {
  /** The policy is another than before the commit. */
  readonly changesPolicy: boolean
  readonly committer: Leaf
  readonly external: boolean
  readonly added: readonly Leaf[]
  readonly removed: readonly Leaf[]
}

export interface Founding {
  readonly groupInfo: Uint8Array
  readonly tree: Uint8Array
}

export interface CommitToFollow {
  /** As it was stored before this commit. These bytes are given away: who asks does not use them again. */
  readonly state: Uint8Array
  readonly commit: Uint8Array
  readonly groupInfo: Uint8Array
  readonly now: Milliseconds
}

/**
 * Both throw 'commit-refused', also for what costs more time or memory than one commit may; 'unavailable' where the same
 * may succeed later: too much waits, or what worked on it was lost.
 */
export interface GroupFollower {
  open(founding: Founding, asker: UserId): Promise<OpenedGroup>
  follow(commit: CommitToFollow, asker: UserId): Promise<FollowedGroup>
}
