/** group.read: a group's public state, for who enters by an external commit (SPEC.md, TURN-7). */
import { publicEpoch, publicTree } from '@reforms/crypto/public'
import type { ChannelId, DeviceId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { readGroup } from './group-state.ts'

/** All of one moment: a commit in between would give a group and a log that do not belong together. */
async function readTogether(transaction: TransactionSql, channelId: ChannelId, deviceId: DeviceId) {
  const [end] = await transaction<{ seq: number; head: Buffer }[]>`
    select seq::float8 as seq, head from channel where channel_id = ${channelId} for share`
  const [waiting] = await transaction<{ admission: Buffer | null }[]>`
    select admission from channel_waiting
    where channel_id = ${channelId} and device_id = ${deviceId} and kind = 'add'`
  return { end: end!, admission: waiting?.admission, ...(await readGroup(transaction, channelId)) }
}

export const readGroupState: Handlers['group.read'] = async ({ channelId }, call) => {
  const { deviceId } = deviceCallerOf(call)
  const { end, admission, group, groupInfo } = await call.services.sql.begin('read write', (transaction) =>
    readTogether(transaction, channelId, deviceId),
  )
  const { generation, epoch } = publicEpoch(group)
  return {
    generation,
    epoch,
    seq: end.seq,
    head: plainBytes(end.head),
    groupInfo,
    tree: publicTree(group),
    ...(admission ? { admission: plainBytes(admission) } : {}),
  }
}
