/** Sending a commit that is kept with its next state, as often as it takes, under one clientId. SPEC.md, ENG-4. */
import { ProtocolError, type ClientId, type DeviceId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { removePendingCommit, type PendingCommit } from '../tables/pending-commits.ts'
import { forgetOffender } from './last-group.ts'
import { forgetLeftOut } from './left-out.ts'

/** Refusals after which the kept commit can never be accepted: the epoch is over, or it does not fit. */
const FINAL = new Set([
  'stale-epoch',
  'commit-refused',
  'forbidden',
  'not-found',
  'channel-archived',
  'invalid-input',
])

/**
 * A seq: the log has it there. `refused`: dropped; catch up and begin again. `turn-lost`: another turn is needed for the same
 * commit.
 */
export async function sendCommit(
  context: Context,
  pending: PendingCommit,
  turnId: string | undefined,
): Promise<{ seq: number } | 'refused' | 'turn-lost'> {
  try {
    return await request(context, pending, turnId)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    if (error.code === 'turn-busy') return 'turn-lost'
    if (!isFinal(error, pending)) throw error
    context.ports.log.info('a commit was refused', { code: error.code, detail: error.detail })
    drop(context, pending)
    return 'refused'
  }
}

/** Whoever may found no more for an hour comes in by an external commit meanwhile: a channel must not wait for it (LIM-5). */
function isFinal({ code }: ProtocolError, { request: { operation } }: PendingCommit): boolean {
  return FINAL.has(code) || (code === 'rate-limited' && operation === 'log.found')
}

function drop(context: Context, { channelId, request: { operation } }: PendingCommit): void {
  context.database.transaction(() => {
    removePendingCommit(context.database, channelId)
    if (operation !== 'log.found') return
    forgetLeftOut(context, channelId)
    forgetOffender(context, channelId)
  })
}

async function request(
  context: Context,
  pending: PendingCommit,
  turnId: string | undefined,
): Promise<{ seq: number }> {
  const { channelId, clientId, generation, request: kept } = pending
  if (kept.operation === 'log.found') {
    const { payload, groupInfo, tree } = kept
    return context.ports.transport.call('log.found', {
      channelId,
      clientId,
      generation,
      payload,
      groupInfo,
      tree,
    })
  }
  const { payload, groupInfo, welcome } = kept
  return context.ports.transport.call('log.commit', {
    channelId,
    clientId,
    ...(turnId ? { turnId: turnId as ClientId } : {}),
    generation,
    epoch: pending.epoch,
    payload,
    groupInfo,
    ...(welcome ? { welcome: { payload: welcome.payload, devices: welcome.devices as DeviceId[] } } : {}),
  })
}
