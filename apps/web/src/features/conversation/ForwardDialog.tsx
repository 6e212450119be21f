/** Passes a message on: a conversation is chosen by name, and it is sent at once. */
import type { ChannelItem } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Dialog, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useChannels, useEngine } from '../../watch/engine.tsx'
import { ConversationPicture } from '../channels/ConversationPicture.tsx'

const MOST_SHOWN = 50

interface ForwardDialogProps {
  channelId: ChannelId
  seq: Seq
  onClose: () => void
}

export function ForwardDialog({ channelId, seq, onClose }: ForwardDialogProps) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [words, setWords] = useState('')
  const found = useChoices(words)
  const forward = (item: ChannelItem) => {
    onClose()
    engine
      .send('message.forward', { channelId, seq, to: item.channelId })
      .then(() => tell(text.conversation.forwardDone(item.name)), tellProblem)
  }
  return (
    <Dialog title={text.conversation.forwardTitle} size="small" onClose={onClose}>
      <DialogBody>
        <TextField
          hideLabel
          autoFocus
          autoComplete="off"
          label={text.conversation.forwardFind}
          placeholder={text.conversation.forwardFind}
          value={words}
          onValue={setWords}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && words !== '' && found[0]) forward(found[0])
          }}
        />
        <ul className="forward-choices">
          {found.map((item) => (
            <li key={item.channelId}>
              <button type="button" className="forward-choice" onClick={() => forward(item)}>
                <ConversationPicture item={item} />
                <bdi className="truncate">{item.name}</bdi>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className="muted small">{text.frame.paletteNone}</li>}
        </ul>
      </DialogBody>
    </Dialog>
  )
}

/** Where one may write, the one that was spoken in last first. */
function useChoices(words: string): ChannelItem[] {
  const wanted = words.trim().toLowerCase()
  return useChannels()
    .filter((item) => item.place === 'member' && !item.archived && item.name.toLowerCase().includes(wanted))
    .sort((a, b) => b.lastAt - a.lastAt)
    .slice(0, MOST_SHOWN)
}
