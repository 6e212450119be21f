/** What a channel is about, who can read it, and what can be done with it as a whole. */
import type { ChannelView } from '@reforms/client'
import { Archive, ArchiveRestore, LogOut, Pencil, Scale, UserRoundPlus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { AddPeopleDialog } from './AddPeopleDialog.tsx'
import { EditChannelDialog } from './EditChannelDialog.tsx'
import { readableBy } from './readable.ts'
import { mayAdd, mayChangeRules, mayEdit, mayLeave } from './rights.ts'
import { RulesDialog } from './RulesDialog.tsx'

export function ChannelDetails({ channel }: { channel: ChannelView }) {
  return (
    <>
      <Part title={text.channels.kinds[channel.kind]}>
        <p className="rows-name" dir="auto">
          {channel.name}
        </p>
        {channel.kind !== 'direct' && (
          <p className="muted" dir="auto">
            {channel.topic || text.channels.noTopic}
          </p>
        )}
      </Part>
      {channel.description && (
        <Part title={text.channels.description}>
          <p className="channel-description" dir="auto">
            {channel.description}
          </p>
        </Part>
      )}
      <Part title={text.channels.whoCanRead}>
        <p>{readableBy(channel)}</p>
      </Part>
      {channel.writers === 'moderators' && (
        <Part title={text.channels.writers}>
          <p>{text.channels.writersModerators}</p>
          <p className="muted small">{text.channels.writersModeratorsExplained}</p>
        </Part>
      )}
      <Part title={text.channels.historyRule}>
        <p>{text.channels.historyRules[channel.history]}</p>
      </Part>
      <Part title={text.channels.retention}>
        <p>
          {channel.retentionDays === 0
            ? text.channels.retentionKept
            : text.channels.retentionAfter(channel.retentionDays)}
        </p>
      </Part>
      {channel.policyChanging && <p className="pane-section muted">{text.channels.rulesChanging}</p>}
      <Actions channel={channel} />
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="pane-section">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

type Open = 'edit' | 'rules' | 'add' | 'leave' | 'archive'

function Actions({ channel }: { channel: ChannelView }) {
  const [open, setOpen] = useState<Open>()
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const { channelId } = channel
  const bringBack = () =>
    void engine.send('channel.archive', { channelId, archived: false }).catch(tellProblem)
  if (channel.kind === 'direct') return null
  return (
    <section className="pane-section pane-actions" aria-label={text.channels.details}>
      {mayAdd(channel) && (
        <Action icon={<UserRoundPlus size={20} />} does={() => setOpen('add')}>
          {text.channels.addPeople}
        </Action>
      )}
      {mayEdit(channel) && (
        <Action icon={<Pencil size={20} />} does={() => setOpen('edit')}>
          {text.channels.edit}
        </Action>
      )}
      {mayChangeRules(channel) && (
        <Action icon={<Scale size={20} />} does={() => setOpen('rules')}>
          {text.channels.rules}
        </Action>
      )}
      {mayEdit(channel) && channel.archived && (
        <Action icon={<ArchiveRestore size={20} />} does={bringBack}>
          {text.channels.unarchive}
        </Action>
      )}
      {mayEdit(channel) && !channel.archived && (
        <Action icon={<Archive size={20} />} does={() => setOpen('archive')}>
          {text.channels.archive}
        </Action>
      )}
      {mayLeave(channel) && (
        <Action danger icon={<LogOut size={20} />} does={() => setOpen('leave')}>
          {text.channels.leave}
        </Action>
      )}
      {open && <ActionDialog open={open} channel={channel} onClose={() => setOpen(undefined)} />}
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

function ActionDialog({ open, channel, onClose }: { open: Open; channel: ChannelView; onClose: () => void }) {
  switch (open) {
    case 'add':
      return <AddPeopleDialog channel={channel} onClose={onClose} />
    case 'edit':
      return <EditChannelDialog channel={channel} onClose={onClose} />
    case 'rules':
      return <RulesDialog channel={channel} onClose={onClose} />
    case 'leave':
      return <LeaveDialog channel={channel} onClose={onClose} />
    case 'archive':
      return <ArchiveDialog channel={channel} onClose={onClose} />
  }
}

interface ChannelDialogProps {
  channel: ChannelView
  onClose: () => void
}

function LeaveDialog({ channel, onClose }: ChannelDialogProps) {
  const engine = useEngine()
  const leave = async () => {
    await engine.send('channel.leave', { channelId: channel.channelId })
    go({ place: 'home' })
  }
  return (
    <ConfirmDialog
      danger
      title={text.channels.leaveTitle(channel.name)}
      verb={text.channels.leave}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>{text.channels.leaveLead}</p>
      <p>{channel.kind === 'public' ? text.channels.leavePublic : text.channels.leavePrivate}</p>
    </ConfirmDialog>
  )
}

function ArchiveDialog({ channel, onClose }: ChannelDialogProps) {
  const engine = useEngine()
  return (
    <ConfirmDialog
      title={text.channels.archiveTitle(channel.name)}
      verb={text.channels.archive}
      onConfirm={() => engine.send('channel.archive', { channelId: channel.channelId, archived: true })}
      onClose={onClose}
    >
      <p>{text.channels.archiveLead}</p>
    </ConfirmDialog>
  )
}
