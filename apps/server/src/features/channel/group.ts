/** group.read: a group's public state, for who enters by an external commit (SPEC.md, TURN-7). */
import { readStoredGroup } from '@reforms/crypto/public'
import type { ChannelId, DeviceId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { deviceCallerOf } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { readGroup } from './group-state.ts'

/** All of one moment: a commit in between would give a group and a log that do not belong together. */
async function readTogether(transaction: TransactionSql, channelId: ChannelId, deviceId: DeviceId) {
  const [end] = await transaction<{ head: Buffer }[]>`
    select head from channel where channel_id = ${channelId} for share`
  const [waiting] = await transaction<{ admission: Buffer | null }[]>`
    select admission from channel_waiting
    where channel_id = ${channelId} and device_id = ${deviceId} and kind = 'add'`
  return { head: end!.head, admission: waiting?.admission, ...(await readGroup(transaction, channelId)) }
}

export const readGroupState: Handlers['group.read'] = async ({ channelId }, call) => {
  const { deviceId } = deviceCallerOf(call)
  const { head, admission, state, groupInfo, generation, epoch, seq } = await call.services.sql.begin(
    'read write',
    (transaction) => readTogether(transaction, channelId, deviceId),
  )
  return {
    generation,
    epoch,
    seq,
    head: plainBytes(head),
    groupInfo,
    tree: readStoredGroup(state).tree,
    ...(admission ? { admission: plainBytes(admission) } : {}),
  }
}
