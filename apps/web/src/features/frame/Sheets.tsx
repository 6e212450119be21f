/** Draws the dialog that is open. */
import type { Me } from '@reforms/client'
import { text } from '../../text/index.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { ChannelDialog } from '../channels/ChannelDialog.tsx'
import { CreateChannelDialog } from '../channels/CreateChannelDialog.tsx'
import { NewMessageDialog } from '../channels/NewMessageDialog.tsx'
import { EmojiDialog } from '../emoji/EmojiDialog.tsx'
import { ExportDialog } from '../export/ExportDialog.tsx'
import { StatusDialog } from '../status/StatusDialog.tsx'
import { SectionDialog } from './SectionDialog.tsx'
import { Palette } from './Palette.tsx'
import type { ChannelSheet, Sheet } from './sheets.ts'
import { ShortcutsSheet } from './ShortcutsSheet.tsx'

export function Sheets({ sheet, me, onClose }: { sheet: Sheet; me: Me; onClose: () => void }) {
  if (typeof sheet === 'object') return <AboutChannel {...sheet} onClose={onClose} />
  switch (sheet) {
    case 'palette':
      return <Palette me={me} onClose={onClose} />
    case 'shortcuts':
      return <ShortcutsSheet onClose={onClose} />
    case 'new-channel':
      return <CreateChannelDialog onClose={onClose} />
    case 'new-message':
      return <NewMessageDialog onClose={onClose} />
    case 'new-section':
      return <SectionDialog section={{}} onClose={onClose} />
    case 'new-emoji':
      return <EmojiDialog onClose={onClose} />
    case 'status':
      return <StatusDialog onClose={onClose} />
    case 'export':
      return <ExportDialog onClose={onClose} />
    case 'sign-out':
      return <SignOutDialog onClose={onClose} />
  }
}

function AboutChannel({ channelId, dialog, onClose }: ChannelSheet & { onClose: () => void }) {
  const channel = useQuery('channel', { channelId })
  return channel ? <ChannelDialog open={dialog} channel={channel} onClose={onClose} /> : null
}

function SignOutDialog({ onClose }: { onClose: () => void }) {
  const engine = useEngine()
  const waiting = useQuery('connection', {})?.waiting ?? 0
  return (
    <ConfirmDialog
      title={text.frame.signOutTitle}
      verb={text.frame.signOut}
      danger
      onConfirm={() => engine.send('session.close', {})}
      onClose={onClose}
    >
      <p>{text.frame.signOutLead}</p>
      {waiting > 0 && <p>{text.frame.signOutWaiting(waiting)}</p>}
    </ConfirmDialog>
  )
}
