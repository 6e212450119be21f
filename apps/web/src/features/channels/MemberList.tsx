/** Who is in a channel, as its encrypted group says, with their devices; adding and removing. */
import type { ChannelView, Member } from '@reforms/client'
import { Link, Shield, ShieldOff, UserRoundMinus, UserRoundPlus } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useMe } from '../../watch/engine.tsx'
import { GuestMark } from '../people/GuestMark.tsx'
import { PersonDialog } from '../people/PersonDialog.tsx'
import { StatusMark } from '../status/StatusMark.tsx'
import { ChannelDialog } from './ChannelDialog.tsx'
import { mayAdd, mayChangeRules, mayInviteByLink, mayRemove } from './rights.ts'
import { readableBy } from './readable.ts'

export function MemberList({ channel }: { channel: ChannelView }) {
  const me = useMe()
  const [adding, setAdding] = useState<'add' | 'link'>()
  const [shown, setShown] = useState<Member>()
  const [leaving, setLeaving] = useState<Member>()
  return (
    <>
      <p className="muted small">{readableBy(channel)}</p>
      {mayAdd(channel) && (
        <div className="pane-actions">
          <button type="button" className="pane-action" onClick={() => setAdding('add')}>
            <UserRoundPlus size={20} aria-hidden="true" />
            {text.channels.addPeople}
          </button>
          {mayInviteByLink(channel) && (
            <button type="button" className="pane-action" onClick={() => setAdding('link')}>
              <Link size={20} aria-hidden="true" />
              {text.links.action}
            </button>
          )}
        </div>
      )}
      <ul aria-label={text.conversation.members}>
        {channel.members.map((member) => (
          <li key={member.userId} className="member">
            <MemberItem member={member} mine={member.userId === me?.userId} onOpen={() => setShown(member)} />
            {mayChangeRules(channel) && (member.role !== 'guest' || member.moderator) && (
              <ModeratorButton channel={channel} member={member} />
            )}
            {mayRemove(channel, member, me?.userId) && (
              <IconButton
                size="small"
                name={text.channels.remove(member.displayName)}
                icon={<UserRoundMinus size={16} />}
                onClick={() => setLeaving(member)}
              />
            )}
          </li>
        ))}
      </ul>
      {adding && <ChannelDialog open={adding} channel={channel} onClose={() => setAdding(undefined)} />}
      {shown && <PersonDialog person={shown} devices={shown.devices} onClose={() => setShown(undefined)} />}
      {leaving && <RemoveDialog channel={channel} member={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}

function MemberItem({ member, mine, onOpen }: { member: Member; mine: boolean; onOpen: () => void }) {
  const notes = [
    mine ? text.channels.you : undefined,
    member.moderator ? text.channels.moderator : undefined,
    text.channels.devices(member.devices.length),
  ]
  return (
    <button type="button" className="member-open" onClick={onOpen}>
      <Avatar name={member.displayName} seed={member.colourSeed} presence={member.presence} />
      <span className="grow">
        <span className="row">
          <bdi className="member-name truncate">{member.displayName}</bdi>
          <StatusMark shows={member.shows} />
        </span>
        <span className="muted small">
          {notes.filter(Boolean).join(' · ')}
          <span className="hidden-visually">, {text.frame.presence[member.presence]}</span>
        </span>
      </span>
      <GuestMark userId={member.userId} />
      {member.standing !== 'in' && <span className="tag tag-caution">{text.channels[member.standing]}</span>}
    </button>
  )
}

/** Makes somebody a moderator, or takes the role back: told in the channel, and undone the same way. */
function ModeratorButton({ channel, member }: { channel: ChannelView; member: Member }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const { moderator, userId, displayName } = member
  const change = () => {
    const input = { channelId: channel.channelId, moderator: { userId, moderates: !moderator } }
    engine.send('channel.changePolicy', input).catch(tellProblem)
  }
  return (
    <IconButton
      size="small"
      name={moderator ? text.channels.unmakeModerator(displayName) : text.channels.makeModerator(displayName)}
      icon={moderator ? <ShieldOff size={16} /> : <Shield size={16} />}
      onClick={change}
    />
  )
}

function RemoveDialog(props: { channel: ChannelView; member: Member; onClose: () => void }) {
  const engine = useEngine()
  const { channelId } = props.channel
  const { userId, displayName } = props.member
  return (
    <ConfirmDialog
      danger
      title={text.channels.removeTitle(displayName)}
      verb={text.channels.removeVerb}
      onConfirm={() => engine.send('channel.removeMember', { channelId, userId })}
      onClose={props.onClose}
    >
      <p>{text.channels.removeLead}</p>
    </ConfirmDialog>
  )
}
