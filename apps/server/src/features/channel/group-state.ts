/**
 * The public state of a channel's group, as the server follows it from commit to commit (SPEC.md, TURN-7). The log calls
 * this with commits that it accepts; it holds no secret. What costs with the group's size is asked of the port
 * GroupFollower, never while a row lock is held.
 */
import type { Leaf } from '@reforms/crypto/public'
import {
  CommitPayload,
  decodeCbor,
  encodeCbor,
  firstFault,
  ProtocolError,
  type ChannelId,
  type ChannelPolicy,
  type Epoch,
  type Generation,
  type Seq,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import type { OpenedGroup } from '../../ports/group-follower.ts'
import type { DeviceCaller } from '../caller.ts'
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

export interface Founded extends OpenedGroup {
  /** The one leaf. */
  readonly founder: Leaf
}

/** A new group: the right name, epoch 0, and the caller's device as its one leaf. Throws 'commit-refused'. */
export async function openFounded(
  input: { readonly payload: Uint8Array; readonly groupInfo: Uint8Array; readonly tree: Uint8Array },
  name: { readonly channelId: ChannelId; readonly generation: Generation },
  { caller, services }: { readonly caller: DeviceCaller; readonly services: Services },
): Promise<Founded> {
  const { groupInfo } = decodeCommitPayload(input.payload, 'found')
  if (!sameBytes(groupInfo, input.groupInfo)) throw refuseCommit('bad-group-info')
  const opened = await services.groups.open(input, caller.userId)
  const { channelId, generation, epoch } = opened.name
  if (channelId !== name.channelId || generation !== name.generation) throw refuseCommit('wrong-group')
  if (epoch !== 0) throw refuseCommit('wrong-epoch')
  const [founder, ...others] = opened.roster
  const own = founder?.deviceId === caller.deviceId && founder.userId === caller.userId
  if (!founder || !own || others.length > 0) throw refuseCommit('bad-tree')
  return { ...opened, founder }
}

/** The columns of `channel` that follow from the policy. */
export function policyColumns({ moderators, admitters, history, retentionDays }: ChannelPolicy) {
  return { moderators: moderators.map(toHex), admitters, history, retentionDays }
}

export async function storeGroup(
  transaction: TransactionSql,
  channelId: ChannelId,
  state: Uint8Array,
  groupInfo: Uint8Array,
): Promise<void> {
  await transaction`
    insert into channel_group (channel_id, public_group, group_info)
    values (${channelId}, ${state}, ${groupInfo})
    on conflict (channel_id) do update set public_group = excluded.public_group, group_info = excluded.group_info`
}

/** A group as it is stored, and where its channel's log stands. */
export interface StoredGroup {
  readonly state: Uint8Array
  readonly groupInfo: Uint8Array
  readonly generation: Generation
  readonly epoch: Epoch
  readonly seq: Seq
}

/** All of one moment. Throws 'not-found'. */
export async function readGroup(sql: Query, channelId: ChannelId): Promise<StoredGroup> {
  const [row] = await sql<
    (Omit<StoredGroup, 'state' | 'groupInfo'> & { state: Buffer; groupInfo: Buffer })[]
  >`
    select public_group as state, group_info as "groupInfo", generation::float8 as generation,
      epoch::float8 as epoch, seq::float8 as seq
    from channel_group join channel using (channel_id) where channel_id = ${channelId}`
  if (!row) throw new ProtocolError('not-found')
  return { ...row, state: plainBytes(row.state), groupInfo: plainBytes(row.groupInfo) }
}
