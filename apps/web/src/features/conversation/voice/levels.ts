/** How loud a recording is along its length, from samples of the microphone to what is drawn and sent. */

/** As many as a message carries: a bar each. */
export const LEVELS_SENT = 64
const LOUDEST = 255
/** What is quieter than this at its loudest is a quiet room: it is not drawn as if somebody had spoken. */
const QUIET = 0.02

/** The root mean square of samples between -1 and 1. */
export function loudnessOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
}

/** At most `count` levels from 0 to 255, for equal parts; the loudest is 255. The root makes quiet speech seen beside loud. */
export function levelsOf(loudness: readonly number[], count = LEVELS_SENT): number[] {
  const most = Math.max(QUIET, ...peaksOf(loudness, count))
  const levels = peaksOf(loudness, count).map((peak) => Math.round(LOUDEST * Math.sqrt(peak / most)))
  return levels.length > 0 ? levels : [0]
}

function peaksOf(loudness: readonly number[], count: number): number[] {
  const parts = Math.min(count, loudness.length)
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * loudness.length) / parts)
    const to = Math.floor(((part + 1) * loudness.length) / parts)
    return Math.max(...loudness.slice(from, to))
  })
}
