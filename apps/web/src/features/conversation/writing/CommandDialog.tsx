/** The dialog that a command opens. */
import type { ChannelId } from '@reforms/protocol'
import { useQuery } from '../../../watch/engine.tsx'
import { ChannelDialog } from '../../channels/ChannelDialog.tsx'
import { PollDialog } from '../polls/PollDialog.tsx'
import type { OpenDialog } from './useCommands.ts'

interface CommandDialogProps {
  dialog: OpenDialog
  channelId: ChannelId
  onClose: () => void
}

export function CommandDialog({ dialog, channelId, onClose }: CommandDialogProps) {
  const channel = useQuery('channel', { channelId })
  if (dialog.kind === 'poll')
    return <PollDialog channelId={channelId} question={dialog.question} onClose={onClose} />
  return channel ? <ChannelDialog open={dialog.kind} channel={channel} onClose={onClose} /> : null
}
