/** What the screen offers in a channel. It only spares people a refusal: the group and the server decide. */
import type { ChannelView, Member } from '@reforms/client'

export function mayAdd(channel: ChannelView): boolean {
  const open = channel.kind !== 'direct' && channel.place === 'member' && !channel.archived
  return open && !channel.iAmGuest
}

export function mayRemove(channel: ChannelView, member: Member, me: string | undefined): boolean {
  return (
    channel.kind !== 'direct' &&
    channel.place === 'member' &&
    channel.iAmModerator &&
    member.userId !== me &&
    member.standing !== 'leaving'
  )
}

export function mayEdit(channel: ChannelView): boolean {
  return channel.kind !== 'direct' && channel.place === 'member' && channel.iAmModerator
}

/** Members' devices believe whom the policy names; into a public channel the server lets whoever has an account. */
export function mayInviteByLink(channel: ChannelView): boolean {
  return mayEdit(channel) && !channel.archived
}

/** The policy is changed by whom it names. */
export function mayChangeRules(channel: ChannelView): boolean {
  return (
    channel.kind !== 'direct' && channel.place === 'member' && channel.namedModerator && !channel.archived
  )
}

export function mayLeave(channel: ChannelView): boolean {
  return channel.kind !== 'direct' && (channel.place === 'member' || channel.place === 'joining')
}
