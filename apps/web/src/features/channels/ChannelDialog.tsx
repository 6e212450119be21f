/** What is done with a channel as a whole, each asked for in a dialog: from its details, and from commands. */
import type { ChannelView } from '@reforms/client'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { later, useLater } from '../../ui/later.ts'
import { useEngine } from '../../watch/engine.tsx'
import { ExportDialog } from '../export/ExportDialog.tsx'
import { AddPeopleDialog } from './AddPeopleDialog.tsx'
import { EditChannelDialog } from './EditChannelDialog.tsx'
import { RulesDialog } from './RulesDialog.tsx'
import './channels.css'

const inviteLinks = later(async () => (await import('./InviteLinksDialog.tsx')).InviteLinksDialog)

export type ChannelDialogKind = 'edit' | 'rules' | 'add' | 'link' | 'leave' | 'archive' | 'export'

interface ChannelDialogProps {
  channel: ChannelView
  onClose: () => void
}

export function ChannelDialog({ open, channel, onClose }: ChannelDialogProps & { open: ChannelDialogKind }) {
  switch (open) {
    case 'add':
      return <AddPeopleDialog channel={channel} onClose={onClose} />
    case 'link':
      return <LinkDialog channel={channel} onClose={onClose} />
    case 'edit':
      return <EditChannelDialog channel={channel} onClose={onClose} />
    case 'rules':
      return <RulesDialog channel={channel} onClose={onClose} />
    case 'leave':
      return <LeaveDialog channel={channel} onClose={onClose} />
    case 'archive':
      return <ArchiveDialog channel={channel} onClose={onClose} />
    case 'export':
      return <ExportDialog channelId={channel.channelId} onClose={onClose} />
  }
}

function LinkDialog(props: ChannelDialogProps) {
  const InviteLinks = useLater(inviteLinks)
  return InviteLinks ? <InviteLinks {...props} /> : null
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
