/** group.read: a group's public state, for who enters by an external commit (SPEC.md, TURN-7). */
import { publicEpoch, publicTree } from '@reforms/crypto/public'
import type { ChannelId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { plainBytes } from '../stored-bytes.ts'
import { readGroup } from './group-state.ts'

/** All of one moment: a commit in between would give a group and a log that do not belong together. */
async function readTogether(transaction: TransactionSql, channelId: ChannelId) {
  const [end] = await transaction<{ seq: number; head: Buffer }[]>`
    select seq::float8 as seq, head from channel where channel_id = ${channelId} for share`
  return { end: end!, ...(await readGroup(transaction, channelId)) }
}

export const readGroupState: Handlers['group.read'] = async ({ channelId }, call) => {
  const { end, group, groupInfo } = await call.services.sql.begin('read write', (transaction) =>
    readTogether(transaction, channelId),
  )
  const { generation, epoch } = publicEpoch(group)
  return { generation, epoch, seq: end.seq, head: plainBytes(end.head), groupInfo, tree: publicTree(group) }
}
