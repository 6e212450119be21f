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

/** What the library says where membership tag, signature and path secret are right, and the confirmation tag is not. */
const WRONG_CONFIRMATION = 'Could not verify confirmation tag'

/**
 * Whoever could make the membership tag had the secret of this epoch that is here, so that the state here is not what is wrong.
 * An external commit has no such tag, and whoever comes in by a false GroupInfo is not to blame.
 */
function leadsNowhere(error: unknown, { external }: CommitEffect): boolean {
  return !external && error instanceof MlsRefused && error.message === WRONG_CONFIRMATION
}

async function processSecrets(group: MlsGroup, message: PublicMessage, effect: CommitEffect, suite: Suite) {
  try {
    return await refusing('cannot-process', () =>
      processPublicMessage(group.state, message, emptyPskIndex, suite),
    )
  } catch (error) {
    if (!leadsNowhere(error, effect)) throw error
    throw new MlsRefused('leads-nowhere', WRONG_CONFIRMATION, effect.committer.deviceId)
  }
}

async function applySecrets(group: MlsGroup, message: PublicMessage, effect: CommitEffect, suite: Suite) {
  const { newState } = await processSecrets(group, message, effect, suite)
  if (newState.groupActiveState.kind === 'removedFromGroup') return undefined
  const [ours, theirs] = [newState.groupContext, effect.next.context].map(encodeGroupContext)
  if (!ours || !theirs || !equalBytes(ours, theirs)) {
    throw new MlsRefused('cannot-process', 'the library sees another group than the public checks')
  }
  return enterEpoch(newState, effect, suite)
}

/** Throws MlsRefused: 'cannot-process' may be this device's own trouble, every other code is the commit's fault. 'leads-nowhere' names its maker. */
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
