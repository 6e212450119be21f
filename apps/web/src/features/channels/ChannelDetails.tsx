/** What a channel is about, what is often done with it, its rules, and what is seldom done. */
import type { ChannelView } from '@reforms/client'
import type { HistoryRule } from '@reforms/protocol'
import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  Download,
  Link,
  LogOut,
  Pencil,
  Scale,
  Star,
  StarOff,
  UserRoundPlus,
  Users,
} from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useChannels, useEngine } from '../../watch/engine.tsx'
import { ChannelDialog, type ChannelDialogKind } from './ChannelDialog.tsx'
import { readableBy } from './readable.ts'
import { mayAdd, mayChangeRules, mayEdit, mayInviteByLink, mayLeave } from './rights.ts'

const HISTORIES: Record<HistoryRule, string> = {
  all: text.channels.historyAll,
  joining: text.channels.historyJoining,
  invited: text.channels.historyInvited,
}

type Open = (dialog: ChannelDialogKind) => void

export function ChannelDetails({ channel }: { channel: ChannelView }) {
  const [open, setOpen] = useState<ChannelDialogKind>()
  return (
    <>
      <About channel={channel} />
      <Often channel={channel} onOpen={setOpen} />
      <Rules channel={channel} onOpen={setOpen} />
      <Seldom channel={channel} onOpen={setOpen} />
      {open && <ChannelDialog open={open} channel={channel} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function About({ channel }: { channel: ChannelView }) {
  return (
    <section className="pane-section" aria-label={text.channels.kinds[channel.kind]}>
      <h3>{text.channels.kinds[channel.kind]}</h3>
      <p className="rows-name" dir="auto">
        {channel.name}
      </p>
      {channel.kind !== 'direct' && (
        <p className="muted" dir="auto">
          {channel.topic || text.channels.noTopic}
        </p>
      )}
      {channel.description && (
        <p className="channel-description" dir="auto">
          {channel.description}
        </p>
      )}
      <p className="muted small">{readableBy(channel)}</p>
    </section>
  )
}

interface ActionsProps {
  channel: ChannelView
  onOpen: Open
}

function Often({ channel, onOpen }: ActionsProps) {
  const { channelId, members } = channel
  return (
    <section className="pane-section pane-actions" aria-label={text.channels.often}>
      <Action icon={<Users size={20} />} does={() => go({ place: 'channel', channelId, pane: 'members' })}>
        {text.channels.whoIsIn(members.length)}
      </Action>
      {mayAdd(channel) && (
        <Action icon={<UserRoundPlus size={20} />} does={() => onOpen('add')}>
          {text.channels.addPeople}
        </Action>
      )}
      {mayInviteByLink(channel) && (
        <Action icon={<Link size={20} />} does={() => onOpen('link')}>
          {text.links.action}
        </Action>
      )}
      {mayEdit(channel) && (
        <Action icon={<Pencil size={20} />} does={() => onOpen('edit')}>
          {text.channels.edit}
        </Action>
      )}
      <InMyList channelId={channelId} />
    </section>
  )
}

/** What is this person's own business: nobody else learns of it. */
function InMyList({ channelId }: Pick<ChannelView, 'channelId'>) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const item = useChannels().find((each) => each.channelId === channelId)
  if (!item) return null
  const { favourite, muted } = item
  const set = (intent: 'list.favourite' | 'list.mute', on: boolean) => () =>
    void engine.send(intent, { channelId, on }).catch(tellProblem)
  return (
    <>
      <Action
        icon={favourite ? <StarOff size={20} /> : <Star size={20} />}
        does={set('list.favourite', !favourite)}
      >
        {favourite ? text.list.notFavourite : text.list.favourite}
      </Action>
      <Action icon={muted ? <Bell size={20} /> : <BellOff size={20} />} does={set('list.mute', !muted)}>
        {muted ? text.list.unmute : text.list.mute}
      </Action>
    </>
  )
}

function Rules({ channel, onOpen }: ActionsProps) {
  const { history, kind, members, retentionDays, writers } = channel
  const moderators = members.filter(({ moderator }) => moderator).map(({ displayName }) => displayName)
  return (
    <section className="pane-section" aria-label={text.channels.rulesHeading}>
      <h3>{text.channels.rulesHeading}</h3>
      <dl className="pane-rules">
        {kind !== 'direct' && (
          <Rule name={text.channels.writers}>
            {writers === 'moderators' ? text.channels.writersModerators : text.channels.writersMembers}
          </Rule>
        )}
        <Rule name={text.channels.history}>{HISTORIES[history]}</Rule>
        <Rule name={text.channels.retention}>
          {retentionDays === 0 ? text.channels.retentionKept : text.channels.retentionAfter(retentionDays)}
        </Rule>
      </dl>
      {channel.policyChanging && <p className="muted small">{text.channels.rulesChanging}</p>}
      {mayChangeRules(channel) ? (
        <div className="pane-actions">
          <Action icon={<Scale size={20} />} does={() => onOpen('rules')}>
            {text.channels.rules}
          </Action>
        </div>
      ) : (
        moderators.length > 0 && (
          <p className="muted small" dir="auto">
            {text.channels.rulesBy(moderators)}
          </p>
        )
      )}
    </section>
  )
}

function Rule({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Seldom({ channel, onOpen }: ActionsProps) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const { archived, channelId } = channel
  const bringBack = () =>
    void engine.send('channel.archive', { channelId, archived: false }).catch(tellProblem)
  return (
    <section className="pane-section pane-actions" aria-label={text.channels.seldom}>
      <Action icon={<Download size={20} />} does={() => onOpen('export')}>
        {text.export.action}
      </Action>
      {mayEdit(channel) && archived && (
        <Action icon={<ArchiveRestore size={20} />} does={bringBack}>
          {text.channels.unarchive}
        </Action>
      )}
      {mayEdit(channel) && !archived && (
        <Action icon={<Archive size={20} />} does={() => onOpen('archive')}>
          {text.channels.archive}
        </Action>
      )}
      {mayLeave(channel) && (
        <Action danger icon={<LogOut size={20} />} does={() => onOpen('leave')}>
          {text.channels.leave}
        </Action>
      )}
    </section>
  )
}

interface ActionProps {
  icon: ReactNode
  danger?: boolean
  does: () => void
  children: string
}

function Action({ icon, danger, does, children }: ActionProps) {
  return (
    <button
      type="button"
      className={danger ? 'pane-action pane-action-danger' : 'pane-action'}
      onClick={does}
    >
      {icon}
      {children}
    </button>
  )
}
