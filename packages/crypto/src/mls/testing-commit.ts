/** Commits as a hostile member makes them: changed after the library made them, and signed again. For tests only. */
import { createCommit, type ClientState, type MLSMessage, type Proposal, type PublicMessage } from 'ts-mls'
import type { Commit } from 'ts-mls/commit.js'
import { createContentCommitSignature } from 'ts-mls/framedContent.js'
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import type { UpdatePath } from 'ts-mls/updatePath.js'
import { loadSuite } from './suite.ts'

/** A commit of this member by the bare library. */
export async function bareCommit(
  state: ClientState,
  extraProposals: Proposal[] = [],
): Promise<PublicMessage> {
  const made = await createCommit(
    { state, cipherSuite: await loadSuite() },
    { wireAsPublicMessage: true, alwaysPath: true, extraProposals },
  )
  return (made.commit as Extract<MLSMessage, { wireformat: 'mls_public_message' }>).publicMessage
}

export function commitOf({ content }: PublicMessage): Commit & { readonly path: UpdatePath } {
  if (content.contentType !== 'commit' || !content.commit.path) throw new Error('not a commit with a path')
  return { ...content.commit, path: content.commit.path }
}

/** The message with another commit in it, signed by this member as if it had made it so. */
export async function signedAgain(
  state: ClientState,
  message: PublicMessage,
  commit: Commit,
): Promise<PublicMessage> {
  const suite = await loadSuite()
  const { content, auth } = message
  if (auth.contentType !== 'commit') throw new Error('not a commit')
  const signed = await createContentCommitSignature(
    state.groupContext,
    'mls_public_message',
    commit,
    content.sender,
    content.authenticatedData,
    state.signaturePrivateKey,
    suite.signature,
  )
  const framed = {
    wireformat: 'mls_public_message' as const,
    content: signed.framedContent,
    auth: { ...auth, signature: signed.signature },
  }
  return protectPublicMessage(state.keySchedule.membershipKey, state.groupContext, framed, suite)
}
