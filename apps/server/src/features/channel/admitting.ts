/**
 * Admissions that come with people who are to be added (SPEC.md, POL-3). The members check them again in the commit;
 * the server refuses early what could never be committed.
 */
import { verifyAdmission } from '@reforms/crypto/public'
import { ProtocolError, type ChannelId, type Milliseconds, type UserId } from '@reforms/protocol'
import { refusedAs } from '../refusals.ts'
import { sameBytes } from '../stored-bytes.ts'
import { uuidToBytes } from '@reforms/protocol'
import type { Admitted } from './waiting.ts'

interface NewMember {
  readonly userId: UserId
  readonly admission?: Uint8Array
}

interface AdmissionContext {
  readonly channelId: ChannelId
  /** Of every new member. */
  readonly identityKeys: ReadonlyMap<UserId, Uint8Array>
  readonly now: Milliseconds
}

async function admitted({ userId, admission }: NewMember, context: AdmissionContext): Promise<Admitted> {
  if (!admission) return { userId }
  const { group, identityKey, expiry } = await refusedAs('invalid-input', () => verifyAdmission(admission))
  const expected = context.identityKeys.get(userId)
  const fits =
    sameBytes(group, uuidToBytes(context.channelId)) &&
    expected !== undefined &&
    sameBytes(identityKey, expected) &&
    expiry > context.now
  if (!fits)
    throw new ProtocolError('invalid-input', { path: '/members', problem: 'an admission does not fit' })
  return { userId, admission, admissionExpiresAt: expiry }
}

/** Throws 'invalid-input'. */
export function checkAdmissions(
  members: readonly NewMember[],
  context: AdmissionContext,
): Promise<Admitted[]> {
  return Promise.all(members.map((member) => admitted(member, context)))
}
