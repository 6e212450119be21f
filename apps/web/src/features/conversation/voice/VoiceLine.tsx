/** In place of the field while a voice message is recorded, and until it is sent or discarded. Loaded when the first one is. */
import { Send, Square, Trash2 } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { text } from '../../../text/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Callout } from '../../../ui/Callout.tsx'
import { durationOf } from '../../../ui/duration.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { levelsOf } from './levels.ts'
import { Player } from './Player.tsx'
import { usePlaying } from './playing.ts'
import { RECORDING_MAX_MS, type Recorded, type RecordingProblem } from './recording.ts'
import { useMeant } from './useMeant.ts'
import { useRecorder } from './useRecorder.ts'
import { Waveform } from './Waveform.tsx'

interface VoiceLineProps {
  /** What was discarded, and came back. */
  earlier?: Recorded | undefined
  /** False: it cannot be sent, and stays. */
  onSend: (recorded: Recorded) => boolean
  /** With what was recorded until then. */
  onDiscard: (recorded: Recorded | undefined) => void
  /** The conversation was left, and this neither sent nor discarded. */
  onLeft: (recorded: Recorded) => void
}

export function VoiceLine({ earlier, onSend, onDiscard, onLeft }: VoiceLineProps) {
  const [now, { end, handOver, again }] = useRecorder(earlier, onLeft)
  const next = useRef<HTMLButtonElement>(null)
  const { step } = now
  // By keyboard: Enter stops, Enter again sends.
  useEffect(() => next.current?.focus(), [step])
  const meant = useMeant(step !== 'asking')
  const discard = () =>
    void handOver((recorded) => {
      onDiscard(recorded)
      return true
    })
  const send = () => void handOver((recorded) => recorded !== undefined && onSend(recorded))
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    if (step === 'recording') void end()
    else discard()
  }
  if (now.step === 'problem') {
    return (
      <div onKeyDown={onKey}>
        <Problem problem={now.problem} next={next} onAgain={again} onClose={discard} />
      </div>
    )
  }
  return (
    <div className="composer-line voice-line" onKeyDown={onKey}>
      <IconButton name={text.voice.discard} icon={<Trash2 size={20} />} onClick={discard} />
      {now.step === 'recording' && <Hearing durationMs={now.durationMs} loudness={now.loudness} />}
      {now.step === 'recorded' && <Review recorded={now.recorded} />}
      <p className={step === 'asking' ? 'muted small grow' : 'hidden-visually'} role="status">
        {statusOf(now)}
      </p>
      {now.step === 'recording' && (
        <IconButton
          ref={next}
          name={text.voice.stop}
          icon={<Square size={16} fill="currentColor" />}
          onClick={() => void end()}
        />
      )}
      <IconButton
        ref={now.step === 'recorded' ? next : null}
        look="filled"
        name={text.voice.send}
        disabled={step === 'asking'}
        icon={<Send size={20} className="icon-flips" />}
        onClick={(event) => meant(event) && send()}
      />
    </div>
  )
}

function statusOf(now: ReturnType<typeof useRecorder>[0]): string {
  if (now.step === 'asking') return text.voice.starting
  if (now.step !== 'recorded') return text.voice.recording
  const length = durationOf(now.recorded.durationMs)
  return now.isLongest ? text.voice.longest(durationOf(RECORDING_MAX_MS)) : text.voice.recorded(length)
}

function Hearing({ durationMs, loudness }: { durationMs: number; loudness: number[] }) {
  return (
    <>
      <span className="voice-dot" aria-hidden="true" />
      <span className="voice-time small tabular">{durationOf(durationMs)}</span>
      <span className="waveform waveform-heard">
        <Waveform levels={levelsOf(loudness)} played={1} />
      </span>
    </>
  )
}

function Review({ recorded }: { recorded: Recorded }) {
  const { sound } = recorded
  const address = useRef<string>(undefined)
  useEffect(
    () => () => {
      if (address.current !== undefined) URL.revokeObjectURL(address.current)
    },
    [],
  )
  const playing = usePlaying(async () => (address.current ??= URL.createObjectURL(sound)))
  return <Player waveform={recorded} playing={playing} />
}

interface ProblemProps {
  problem: RecordingProblem
  next: React.RefObject<HTMLButtonElement | null>
  onAgain: () => void
  onClose: () => void
}

function Problem({ problem, next, onAgain, onClose }: ProblemProps) {
  return (
    <Callout look="negative">
      <div className="voice-problem">
        <p>{text.voice[problem]}</p>
        <div className="row">
          {problem !== 'unsupported' && (
            <Button size="small" onClick={onAgain}>
              {text.voice.again}
            </Button>
          )}
          <Button ref={next} size="small" look="plain" onClick={onClose}>
            {text.voice.close}
          </Button>
        </div>
      </div>
    </Callout>
  )
}
