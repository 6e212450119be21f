/** A sound with its waveform: play and pause, a place in it, its time. In messages, and for what was just recorded. */
import type { WaveformView } from '@reforms/client'
import { Pause, Play } from 'lucide-react'
import { text } from '../../../text/index.ts'
import { durationOf } from '../../../ui/duration.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Spinner } from '../../../ui/Spinner.tsx'
import type { Playing } from './playing.ts'
import { Waveform } from './Waveform.tsx'
import './voice.css'

/** How far one press of an arrow key goes. */
const STEP_MS = 1000

interface PlayerProps {
  waveform: WaveformView
  playing: Playing
}

export function Player({ waveform: { durationMs, levels }, playing }: PlayerProps) {
  const { state, atMs } = playing
  const isPlaying = state === 'playing'
  const shownMs = atMs > 0 || isPlaying ? atMs : durationMs
  return (
    <>
      <IconButton
        look="filled"
        name={isPlaying ? text.voice.pause : text.voice.play}
        icon={<PlayIcon state={state} />}
        onClick={playing.toggle}
      />
      <span className="waveform">
        <Waveform levels={levels} played={Math.min(1, atMs / durationMs)} />
        <input
          type="range"
          className="waveform-place"
          aria-label={text.voice.position}
          aria-valuetext={text.voice.positionOf(durationOf(atMs), durationOf(durationMs))}
          min={0}
          max={durationMs}
          step={STEP_MS}
          value={Math.min(atMs, durationMs)}
          onChange={(event) => playing.seek(Number(event.target.value))}
        />
      </span>
      <span className="voice-time muted small tabular">{durationOf(shownMs)}</span>
    </>
  )
}

function PlayIcon({ state }: Pick<Playing, 'state'>) {
  if (state === 'loading') return <Spinner />
  return state === 'playing' ? <Pause size={20} /> : <Play size={20} />
}
