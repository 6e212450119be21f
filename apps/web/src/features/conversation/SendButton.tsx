/** Sends what was written, now or later; where nothing was, it begins a voice message, if the browser knows of microphones at all. */
import { ArrowUp, Mic } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { VOICE_SHORTCUT } from '../frame/shortcuts.ts'
import { useMeant } from './voice/useMeant.ts'
import { LaterButton, type LaterMenu } from './writing/LaterButton.tsx'

interface SendButtonProps {
  empty: boolean
  /** The line of a voice message stands in its place. */
  away: boolean
  onRecord: () => void
  later: LaterMenu
}

/** As wide with a microphone as with both halves: nothing moves when one begins to write. */
export function SendButton({ empty, away, onRecord, later }: SendButtonProps) {
  const meant = useMeant(empty && !away)
  if (empty && typeof MediaRecorder !== 'undefined') {
    return (
      <span className="send">
        <IconButton
          name={text.voice.record}
          shortcut={VOICE_SHORTCUT}
          icon={<Mic size={20} />}
          onClick={(event) => meant(event) && onRecord()}
        />
      </span>
    )
  }
  return (
    <span className="send">
      <IconButton
        type="submit"
        look="filled"
        name={text.conversation.send}
        shortcut="Enter"
        disabled={empty}
        icon={<ArrowUp size={20} />}
      />
      {!empty && <LaterButton {...later} />}
    </span>
  )
}
