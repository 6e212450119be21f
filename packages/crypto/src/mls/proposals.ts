/**
 * The proposals of a commit, sorted (RFC 9420, section 12.2). We use Add, Remove and GroupContextExtensions inline,
 * and ExternalInit in external commits; by-reference proposals and every other kind are refused.
 */
import type { Commit, Extension, KeyPackage, Proposal } from 'ts-mls'
import { MlsRefused } from './refusal.ts'

export interface SortedProposals {
  readonly adds: KeyPackage[]
  /** Leaf indices. */
  readonly removes: number[]
  /** The whole new list, when the commit changes the policy. */
  readonly extensions: Extension[] | undefined
}

function inlineProposals(commit: Commit): Proposal[] {
  return commit.proposals.map((entry) => {
    if (entry.proposalOrRefType === 'proposal') return entry.proposal
    throw new MlsRefused('unsupported-commit', 'proposals travel inside their commit')
  })
}

function checkKinds(proposals: readonly Proposal[], sender: 'member' | 'external'): void {
  const count = (kind: Proposal['proposalType']) =>
    proposals.filter(({ proposalType }) => proposalType === kind).length
  const removes = count('remove')
  const fits =
    sender === 'member'
      ? count('add') + removes + count('group_context_extensions') === proposals.length &&
        count('group_context_extensions') <= 1
      : count('external_init') === 1 && removes <= 1 && removes + 1 === proposals.length
  if (!fits) throw new MlsRefused('unsupported-commit', `proposals that a commit of ${sender} may not have`)
}

function isOf<K extends string>(kind: K) {
  return (proposal: Proposal): proposal is Extract<Proposal, { proposalType: K }> =>
    proposal.proposalType === kind
}

/** Throws MlsRefused 'unsupported-commit'. */
export function sortProposals(commit: Commit, sender: 'member' | 'external'): SortedProposals {
  const proposals = inlineProposals(commit)
  checkKinds(proposals, sender)
  return {
    adds: proposals.filter(isOf('add')).map(({ add }) => add.keyPackage),
    removes: proposals.filter(isOf('remove')).map(({ remove }) => remove.removed),
    extensions: proposals.find(isOf('group_context_extensions'))?.groupContextExtensions.extensions,
  }
}
