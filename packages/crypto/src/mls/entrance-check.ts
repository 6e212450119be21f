/**
 * Whether a group that a device is let into, by a Welcome or by its own external commit, can be the one it was in before: then
 * nobody has a leaf whom no member let in. Else a server could lead a device that cannot follow a commit into a group with a
 * stranger. For clients only. SPEC.md, GEN-8.
 */
import { encodeCbor, type ChannelId, type ChannelPolicy } from '@reforms/protocol'
import type { ProposalOrRef } from 'ts-mls/proposalOrRefType.js'
import { equalBytes } from '../document.ts'
import { verifyAdmission, type Admission } from './admission.ts'
import { effectOfCommit } from './commit-effect.ts'
import type { Leaf } from './credential.ts'
import { decodeCommitEvidence } from './evidence.ts'
import { groupIdOf } from './group-id.ts'
import { epochOf, policyOf, publicStateOf, rosterOf, type MlsGroup } from './group.ts'
import { policyFrom } from './policy-extension.ts'
import { MlsRefused } from './refusal.ts'
import { loadSuite } from './suite.ts'
import { decodeMessage } from './wire.ts'

export interface Entrance {
  /** The last group of this channel that this device followed; absent for one that comes for the first time. */
  readonly last?: MlsGroup | undefined
  /** What the log holds of commits since then, in which members' admissions are. */
  readonly commits: readonly Uint8Array[]
  readonly entered: MlsGroup
  readonly channelId: ChannelId
}

/** Throws MlsRefused 'wrong-group', 'policy-not-allowed' or 'not-admitted'. */
export async function checkEntrance({ last, commits, entered, channelId }: Entrance): Promise<void> {
  if (epochOf(entered).channelId !== channelId) throw new MlsRefused('wrong-group', 'of another channel')
  if (!last) return
  // Another one has to be founded in the log (GEN-7).
  if (epochOf(entered).generation !== epochOf(last).generation) {
    throw new MlsRefused('wrong-group', 'of another generation than the log')
  }
  if (!equalBytes(encodeCbor(policyOf(entered)), encodeCbor(await policyReached(last, commits)))) {
    throw new MlsRefused('policy-not-allowed', 'another policy than its moderators have given it')
  }
  if (policyOf(last).kind === 'public') return
  const admissions = (await Promise.all(commits.map(admissionsIn))).flat()
  const group = groupIdOf({ channelId, generation: 0 }).subarray(0, 16)
  const stranger = findStranger(
    last,
    entered,
    admissions.filter((each) => equalBytes(each.group, group)),
  )
  if (stranger)
    throw new MlsRefused('not-admitted', 'somebody is in whom no member let in', stranger.deviceId)
}

/** What the commits make of the policy that was last known: as far as they are allowed, which needs no secret to be seen (POL-2). */
async function policyReached(last: MlsGroup, commits: readonly Uint8Array[]): Promise<ChannelPolicy> {
  if (!commits.some(changesPolicy)) return policyOf(last)
  const suite = await loadSuite()
  let state = publicStateOf(last)
  try {
    for (const commit of commits) {
      const { publicMessage } = decodeMessage(commit, 'mls_public_message')
      state = (await effectOfCommit(state, publicMessage, { suite })).next
    }
  } catch {
    // Whatever it throws is the commit's fault: it is not followed, and changes nothing.
  }
  return policyFrom(state.context.extensions)
}

function changesPolicy(bytes: Uint8Array): boolean {
  try {
    const { content } = decodeMessage(bytes, 'mls_public_message').publicMessage
    return content.contentType === 'commit' && content.commit.proposals.some(isPolicy)
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    return false
  }
}

const isPolicy = (each: ProposalOrRef) =>
  each.proposalOrRefType === 'proposal' && each.proposal.proposalType === 'group_context_extensions'

const includes = (keys: readonly Uint8Array[], key: Uint8Array) => keys.some((each) => equalBytes(each, key))

/** What does not have the form of a commit, or of evidence, admits nobody. */
async function admissionsIn(commit: Uint8Array): Promise<Admission[]> {
  try {
    const { publicMessage } = decodeMessage(commit, 'mls_public_message')
    const { admissions } = decodeCommitEvidence(publicMessage.content.authenticatedData)
    const verified = await Promise.allSettled(admissions.map(verifyAdmission))
    return verified.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    return []
  }
}

/** Whoever was in, and whom they let in, and whom those let in. */
function findStranger(last: MlsGroup, entered: MlsGroup, admissions: readonly Admission[]): Leaf | undefined {
  const { kind, participants, admitters, moderators } = policyOf(last)
  const allowed = [
    ...rosterOf(last).map((leaf) => leaf.identityKey),
    ...(kind === 'direct' ? participants : []),
  ]
  const isIn = (leaf: Leaf) => includes(allowed, leaf.identityKey)
  const mayAdmit = (leaf: Leaf) =>
    isIn(leaf) && (admitters === 'members' || includes(moderators, leaf.identityKey))
  for (;;) {
    const signers = [...rosterOf(last), ...rosterOf(entered)]
      .filter(mayAdmit)
      .map((leaf) => leaf.signatureKey)
    const admitted = admissions.filter(
      (each) => includes(signers, each.signer) && !includes(allowed, each.identityKey),
    )
    if (admitted.length === 0) break
    allowed.push(...admitted.map((each) => each.identityKey))
  }
  return rosterOf(entered).find((leaf) => !isIn(leaf))
}
