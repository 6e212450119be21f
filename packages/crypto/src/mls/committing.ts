/**
 * Making a member's commit: additions, removals and a policy change in one, or a plain renewal of the committer's path
 * (RFC 9420, section 12.4.1). Nothing is sent here: store the commit with its next group first (CRYPTO.md, rule 3).
 */
import type { ChannelPolicy, DeviceId, Milliseconds } from '@reforms/protocol'
import { createCommit, type MLSMessage, type Proposal } from 'ts-mls'
import type { EpochRecord } from '../epoch.ts'
import { effectOfCommit } from './commit-effect.ts'
import { groupInfoOf } from './founding.ts'
import { enterEpoch, publicStateOf, rosterOf, type MlsGroup } from './group.ts'
import { policyExtensions } from './policy-extension.ts'
import { MlsRefused, refusing } from './refusal.ts'
import { loadSuite } from './suite.ts'
import { decodeMessage, encodeMessage } from './wire.ts'

export interface Changes {
  readonly group: MlsGroup
  readonly adds: readonly { readonly keyPackage: Uint8Array }[]
  readonly removes: readonly DeviceId[]
  readonly policy?: ChannelPolicy
  /** Commit evidence: see evidence.ts. */
  readonly authenticatedData: Uint8Array
  readonly now: Milliseconds
}

export interface MemberCommit {
  /** An MLSMessage that holds a PublicMessage. */
  readonly commit: Uint8Array
  /** Absent when nobody is added. */
  readonly welcome?: Uint8Array
  /** Of the next epoch, with external_pub, without the tree. */
  readonly groupInfo: Uint8Array
  /** The next epoch: to be used only once the log has taken the commit. */
  readonly group: MlsGroup
  readonly record: EpochRecord
  readonly joined: DeviceId[]
}

function proposalsOf({ group, adds, removes, policy }: Changes): Proposal[] {
  const roster = rosterOf(group)
  const leaving = removes.map((deviceId) => {
    const leaf = roster.find((member) => member.deviceId === deviceId)
    if (!leaf) throw new MlsRefused('unknown-leaf', 'that device has no leaf here')
    return { proposalType: 'remove', remove: { removed: leaf.leafIndex } } as const
  })
  const joining = adds.map(({ keyPackage: bytes }) => {
    const { keyPackage } = decodeMessage(bytes, 'mls_key_package')
    return { proposalType: 'add', add: { keyPackage } } as const
  })
  const extensions = policy ? policyExtensions(policy) : undefined
  const changing = extensions
    ? [{ proposalType: 'group_context_extensions', groupContextExtensions: { extensions } } as const]
    : []
  return [...leaving, ...joining, ...changing]
}

/** Throws MlsRefused for whatever members or the server would refuse. */
export async function commitChanges(changes: Changes): Promise<MemberCommit> {
  const suite = await loadSuite()
  const extraProposals = proposalsOf(changes)
  const made = await refusing('unsupported-commit', () =>
    createCommit(
      { state: changes.group.state, cipherSuite: suite },
      {
        wireAsPublicMessage: true,
        alwaysPath: true,
        ratchetTreeExtension: true,
        extraProposals,
        authenticatedData: changes.authenticatedData,
      },
    ),
  )
  const { publicMessage } = made.commit as Extract<MLSMessage, { wireformat: 'mls_public_message' }>
  const effect = await effectOfCommit(publicStateOf(changes.group), publicMessage, {
    suite,
    now: changes.now,
  })
  const { group, record } = await enterEpoch(made.newState, effect, suite)
  return {
    commit: encodeMessage(made.commit),
    ...(made.welcome
      ? { welcome: encodeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome }) }
      : {}),
    groupInfo: await groupInfoOf(made.newState, suite),
    group,
    record,
    joined: effect.added.map((leaf) => leaf.deviceId),
  }
}
