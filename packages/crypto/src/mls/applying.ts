/**
 * Applying a commit that the log holds (RFC 9420, section 12.4.2): the public checks first, then the secrets. A pure
 * function of group and commit; own commits are not applied but promoted (CRYPTO.md, rule 3).
 */
import { emptyPskIndex, processPublicMessage, type PublicMessage } from 'ts-mls'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { equalBytes } from '../document.ts'
import type { EpochRecord } from '../epoch.ts'
import { effectOfCommit, type CommitEffect } from './commit-effect.ts'
import type { Leaf } from './credential.ts'
import { enterEpoch, publicStateOf, type MlsGroup } from './group.ts'
import { MlsRefused, refusing } from './refusal.ts'
import { loadSuite, type Suite } from './suite.ts'
import { decodeMessage } from './wire.ts'

export interface AppliedCommit {
  readonly kind: 'applied'
  readonly group: MlsGroup
  readonly record: EpochRecord
  readonly committer: Leaf
  readonly external: boolean
  readonly added: Leaf[]
  readonly removed: Leaf[]
  readonly policyChanged: boolean
  readonly authenticatedData: Uint8Array
}

export type CommitOutcome = AppliedCommit | { readonly kind: 'removed'; readonly committer: Leaf }

async function applySecrets(group: MlsGroup, message: PublicMessage, effect: CommitEffect, suite: Suite) {
  const { newState } = await refusing('cannot-process', () =>
    processPublicMessage(group.state, message, emptyPskIndex, suite),
  )
  if (newState.groupActiveState.kind === 'removedFromGroup') return undefined
  const [ours, theirs] = [newState.groupContext, effect.next.context].map(encodeGroupContext)
  if (!ours || !theirs || !equalBytes(ours, theirs)) {
    throw new MlsRefused('cannot-process', 'the library sees another group than the public checks')
  }
  return enterEpoch(newState, effect, suite)
}

/** Throws MlsRefused: 'cannot-process' may be this device's own trouble, every other code is the commit's fault. */
export async function applyCommit(input: {
  readonly group: MlsGroup
  readonly commit: Uint8Array
}): Promise<CommitOutcome> {
  const suite = await loadSuite()
  const { publicMessage } = decodeMessage(input.commit, 'mls_public_message')
  const effect = await effectOfCommit(publicStateOf(input.group), publicMessage, { suite })
  const { committer, external, added, removed, policy, authenticatedData } = effect
  const entered = await applySecrets(input.group, publicMessage, effect, suite)
  if (!entered) return { kind: 'removed', committer }
  const policyChanged = policy !== undefined
  return {
    kind: 'applied',
    ...entered,
    committer,
    external,
    added,
    removed,
    policyChanged,
    authenticatedData,
  }
}
