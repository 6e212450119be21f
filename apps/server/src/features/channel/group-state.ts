/**
 * The public state of a channel's group, as the server follows it from commit to commit (SPEC.md, TURN-7). The log calls
 * this with commits that it accepts; it holds no secret.
 */
import {
  decodePublicGroup,
  encodePublicGroup,
  openPublicGroup,
  publicEpoch,
  publicPolicy,
  publicRoster,
  type Leaf,
  type PublicGroup,
} from '@reforms/crypto/public'
import {
  CommitPayload,
  decodeCbor,
  encodeCbor,
  firstFault,
  ProtocolError,
  type ChannelId,
  type ChannelPolicy,
  type Generation,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { DeviceCaller } from '../caller.ts'
import { refusedAs } from '../refusals.ts'
import { plainBytes, sameBytes, toHex } from '../stored-bytes.ts'
import type { Query } from '../transaction.ts'

export function refuseCommit(reason: string): ProtocolError {
  return new ProtocolError('commit-refused', { reason })
}

/** A commit entry's payload: deterministic CBOR of the type asked for. Throws 'commit-refused'. */
export function decodeCommitPayload<T extends CommitPayload['type']>(
  payload: Uint8Array,
  type: T,
): Extract<CommitPayload, { type: T }> {
  const value = decodedCbor(payload)
  if (firstFault(CommitPayload, value)) throw refuseCommit('malformed')
  const decoded = value as CommitPayload
  if (decoded.type !== type || !sameBytes(encodeCbor(decoded), payload)) throw refuseCommit('malformed')
  return decoded as Extract<CommitPayload, { type: T }>
}

function decodedCbor(payload: Uint8Array): unknown {
  try {
    return decodeCbor(payload)
  } catch {
    throw refuseCommit('malformed')
  }
}

export interface Founded {
  readonly group: PublicGroup
  readonly policy: ChannelPolicy
  readonly founder: Leaf
}

/** A new group: the right name, epoch 0, and the caller's device as its one leaf. Throws 'commit-refused'. */
export async function openFounded(
  input: { readonly payload: Uint8Array; readonly groupInfo: Uint8Array; readonly tree: Uint8Array },
  name: { readonly channelId: ChannelId; readonly generation: Generation },
  caller: DeviceCaller,
): Promise<Founded> {
  const { groupInfo } = decodeCommitPayload(input.payload, 'found')
  if (!sameBytes(groupInfo, input.groupInfo)) throw refuseCommit('bad-group-info')
  const group = await refusedAs('commit-refused', () => openPublicGroup(input))
  const { channelId, generation, epoch } = publicEpoch(group)
  if (channelId !== name.channelId || generation !== name.generation) throw refuseCommit('wrong-group')
  if (epoch !== 0) throw refuseCommit('wrong-epoch')
  const [founder, ...others] = publicRoster(group)
  const own = founder?.deviceId === caller.deviceId && founder.userId === caller.userId
  if (!founder || !own || others.length > 0) throw refuseCommit('bad-tree')
  return { group, policy: publicPolicy(group), founder }
}

/** The columns of `channel` that follow from the policy. */
export function policyColumns({ moderators, admitters }: ChannelPolicy) {
  return { moderators: moderators.map(toHex), admitters }
}

export async function storeGroup(
  transaction: TransactionSql,
  channelId: ChannelId,
  group: PublicGroup,
  groupInfo: Uint8Array,
): Promise<void> {
  await transaction`
    insert into channel_group (channel_id, public_group, group_info)
    values (${channelId}, ${encodePublicGroup(group)}, ${groupInfo})
    on conflict (channel_id) do update set public_group = excluded.public_group, group_info = excluded.group_info`
}

export async function readGroup(
  sql: Query,
  channelId: ChannelId,
): Promise<{ group: PublicGroup; groupInfo: Uint8Array }> {
  const [row] = await sql<{ publicGroup: Buffer; groupInfo: Buffer }[]>`
    select public_group as "publicGroup", group_info as "groupInfo" from channel_group
    where channel_id = ${channelId}`
  if (!row) throw new ProtocolError('not-found')
  return { group: decodePublicGroup(plainBytes(row.publicGroup)), groupInfo: plainBytes(row.groupInfo) }
}
