/** Which channels there are for this user, as the server last said. */
import { ProtocolError, type ChannelId, type ChannelSummary } from '@reforms/protocol'
import { noteEnds } from './channel/new-since.ts'
import type { Context } from './context.ts'
import { noteServerEnd, readChannels, savePlace, saveSummary } from './tables/channels.ts'

export async function refreshChannels(context: Context): Promise<void> {
  const { channels } = await context.ports.transport.call('channel.list', {})
  const known = new Set(channels.map((channel) => channel.channelId))
  context.database.transaction(() => {
    for (const channel of channels) takeSummary(context, channel)
    for (const row of readChannels(context.database)) {
      if (!known.has(row.channelId)) savePlace(context.database, row.channelId, 'none')
    }
  })
  noteEnds(context)
  for (const { channelId, removing, place } of channels) {
    // It was announced to those who were there: perhaps to nobody who could see to it.
    if (removing && place === 'member') context.turnWanted(channelId, false)
    context.poke(channelId)
  }
  context.channelsChanged()
}

function takeSummary(context: Context, channel: ChannelSummary): void {
  saveSummary(context.database, channel)
  noteServerEnd(context.database, channel.channelId, channel)
}

export async function refreshChannel(context: Context, channelId: ChannelId): Promise<void> {
  try {
    const { channel } = await context.ports.transport.call('channel.read', { channelId })
    context.database.transaction(() => takeSummary(context, channel))
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== 'not-found') throw error
    context.database.transaction(() => savePlace(context.database, channelId, 'none'))
  }
  context.channelChanged(channelId)
}
