/** What a view asks for about invite links to channels: part of engine-api.ts, in a file of its own for its length. */
import type { ChannelId, ChannelKind, ChannelLink, LinkId } from '@reforms/protocol'

export interface InviteLinkIntents {
  /** The secret is told this once, and kept nowhere. */
  'channelLink.create': {
    input: { channelId: ChannelId; uses: number; expiresInHours: number }
    output: { secret: string }
  }
  'channelLink.list': { input: { channelId: ChannelId }; output: ChannelLink[] }
  'channelLink.revoke': { input: { channelId: ChannelId; linkId: LinkId }; output: void }
  /** What a link leads to. */
  'channelLink.check': {
    input: { secret: string }
    output: {
      channelId: ChannelId
      kind: ChannelKind
      /** As the channel was called when the link was made. */
      name: string
      invitedBy?: string
      /** `asked`: until a member's device has let this user in. `was-in`: a link lets nobody back in. */
      place: 'in' | 'asked' | 'was-in' | 'none'
    }
  }
  'channelLink.ask': { input: { secret: string }; output: { place: 'in' | 'asked' } }
}
