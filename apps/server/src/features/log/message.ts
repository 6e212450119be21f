/** log.append: an encrypted message, for the current epoch only (SPEC.md, LOG-*). */
import { ProtocolError, type Entry, type Input } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { demandUnarchived, lockChannel } from '../channel/locked-channel.ts'
import { inTransaction } from '../transaction.ts'
import { demandEpoch, demandOpenGate } from './acceptance.ts'
import { appendEntry, findPlaced, placeOf, type Placed } from './append.ts'

type Message = Input<'log.append'>

/** Either what is new, or what an earlier attempt has placed. */
type Outcome = { readonly entry: Entry } | { readonly earlier: Placed }

async function appendMessage(
  transaction: TransactionSql,
  message: Message,
  caller: DeviceCaller,
  { clock }: Services,
): Promise<Outcome> {
  const { channelId, clientId, relatesTo } = message
  const channel = await lockChannel(transaction, channelId)
  const earlier = await findPlaced(transaction, channelId, caller.deviceId, clientId)
  if (earlier) return { earlier }
  demandUnarchived(channel)
  demandEpoch(channel, message)
  await demandOpenGate(transaction, channelId, caller.deviceId)
  if (relatesTo !== undefined && (relatesTo < 1 || relatesTo > channel.seq)) {
    throw new ProtocolError('invalid-input', { path: '/relatesTo', problem: 'names no entry of this log' })
  }
  const { generation, epoch, notify, payload } = message
  const place = { generation, epoch, clientId, relatesTo, notify }
  const entry = { kind: 'message', ...place, sender: caller, at: clock(), payload } as const
  return { entry: await appendEntry(transaction, channel, entry) }
}

export const append: Handlers['log.append'] = async (message, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const outcome = await inTransaction(services.sql, (transaction) =>
    appendMessage(transaction, message, caller, services),
  )
  if ('earlier' in outcome) return outcome.earlier
  services.bus.toChannel(message.channelId, { type: 'entry', entry: outcome.entry })
  return placeOf(outcome.entry)
}
