/** Bars, one for each part of a sound, as high as it is loud there; those behind the place that is played stand out. */
import { memo } from 'react'

const STEP = 4
const HIGH = 32
/** Silence is seen too. */
const LEAST = 2
const LOUDEST = 255

interface WaveformProps {
  levels: readonly number[]
  /** From 0 to 1. */
  played: number
}

export const Waveform = memo(function Waveform({ levels, played }: WaveformProps) {
  const done = Math.round(played * levels.length)
  return (
    <svg
      className="waveform-bars"
      viewBox={`0 0 ${levels.length * STEP} ${HIGH}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="waveform-rest" d={barsOf(levels, done, levels.length)} />
      <path className="waveform-played" d={barsOf(levels, 0, done)} />
    </svg>
  )
})

function barsOf(levels: readonly number[], from: number, to: number): string {
  return levels
    .slice(from, to)
    .map((level, index) => {
      const half = Math.max(LEAST, (level / LOUDEST) * HIGH) / 2
      return `M${(from + index + 0.5) * STEP} ${(HIGH / 2 - half).toFixed(1)}v${(2 * half).toFixed(1)}`
    })
    .join('')
}
