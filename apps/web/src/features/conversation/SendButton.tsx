/** Sends what was written; where nothing was, it begins a voice message, if the browser knows of microphones at all. */
import { ArrowUp, Mic } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { VOICE_SHORTCUT } from '../frame/shortcuts.ts'
import { useMeant } from './voice/useMeant.ts'

interface SendButtonProps {
  empty: boolean
  /** The line of a voice message stands in its place. */
  away: boolean
  onRecord: () => void
}

export function SendButton({ empty, away, onRecord }: SendButtonProps) {
  const meant = useMeant(empty && !away)
  if (empty && typeof MediaRecorder !== 'undefined') {
    return (
      <IconButton
        name={text.voice.record}
        shortcut={VOICE_SHORTCUT}
        icon={<Mic size={20} />}
        onClick={(event) => meant(event) && onRecord()}
      />
    )
  }
  return (
    <IconButton
      type="submit"
      look="filled"
      name={text.conversation.send}
      shortcut="Enter"
      disabled={empty}
      icon={<ArrowUp size={20} />}
    />
  )
}
