/** This device's mailbox: Welcomes, and sealed envelopes from other devices. Applied in order, then cleared. SPEC.md, MBX-*. */
import type { Envelope } from '@reforms/protocol'
import { receiveSealed } from './channel/key-requests.ts'
import { enterByWelcome } from './channel/entering.ts'
import { refreshChannel } from './channel-list.ts'
import { TransportLost } from '../ports.ts'
import type { Context } from './context.ts'
import { readChannel } from './tables/channels.ts'

const PAGE = 50

export async function readMailbox(context: Context): Promise<void> {
  for (;;) {
    const { envelopes, more } = await context.ports.transport.call('mailbox.read', { after: 0, limit: PAGE })
    for (const envelope of envelopes) await applyEnvelope(context, envelope)
    const last = envelopes.at(-1)
    if (last) await context.ports.transport.call('mailbox.clear', { through: last.id })
    if (!more) return
  }
}

async function applyEnvelope(context: Context, envelope: Envelope): Promise<void> {
  try {
    if (envelope.kind === 'welcome') await applyWelcome(context, envelope)
    else await receiveSealed(context, envelope)
  } catch (error) {
    // What others sent must never stop the mailbox. Without a connection it is applied again later.
    if (error instanceof TransportLost) throw error
    context.ports.log.warn('an envelope was refused', { error: String(error) })
  }
}

async function applyWelcome(context: Context, envelope: Envelope): Promise<void> {
  const { channelId } = envelope
  if (!channelId) return
  if (readChannel(context.database, channelId)?.place !== 'member') await refreshChannel(context, channelId)
  await context.serial.run(channelId, () => enterByWelcome(context, envelope))
  context.poke(channelId)
}
