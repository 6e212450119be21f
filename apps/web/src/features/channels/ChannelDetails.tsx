/** What a channel is about, who can read it, and what can be done with it as a whole. */
import type { ChannelView } from '@reforms/client'
import { Archive, ArchiveRestore, Download, LogOut, Pencil, Scale, UserRoundPlus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { ChannelDialog, type ChannelDialogKind } from './ChannelDialog.tsx'
import { readableBy } from './readable.ts'
import { mayAdd, mayChangeRules, mayEdit, mayLeave } from './rights.ts'

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

function Actions({ channel }: { channel: ChannelView }) {
  const [open, setOpen] = useState<ChannelDialogKind>()
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const { channelId } = channel
  const bringBack = () =>
    void engine.send('channel.archive', { channelId, archived: false }).catch(tellProblem)
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
      <Action icon={<Download size={20} />} does={() => setOpen('export')}>
        {text.export.action}
      </Action>
      {mayLeave(channel) && (
        <Action danger icon={<LogOut size={20} />} does={() => setOpen('leave')}>
          {text.channels.leave}
        </Action>
      )}
      {open && <ChannelDialog open={open} channel={channel} onClose={() => setOpen(undefined)} />}
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
