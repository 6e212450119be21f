/** What the line of a voice message goes through: the microphone is asked for, it records, then it is looked over. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { Recording, RECORDING_MAX_MS, type Recorded, type RecordingProblem } from './recording.ts'

/** Bars that are seen while one speaks. */
const BARS = 64

export type Recorder =
  | { step: 'asking' }
  | { step: 'problem'; problem: RecordingProblem }
  | { step: 'recording'; durationMs: number; loudness: number[] }
  | { step: 'recorded'; recorded: Recorded; isLongest: boolean }

interface Acts {
  /** Resolves with what was recorded, now or before; undefined where nothing was. */
  end(): Promise<Recorded | undefined>
  again(): void
}

/** It begins with the component, and gives the microphone back with it. `earlier` was recorded before, and came back. */
export function useRecorder(earlier: Recorded | undefined): [Recorder, Acts] {
  const [now, setNow] = useState<Recorder>(
    earlier ? { step: 'recorded', recorded: earlier, isLongest: false } : { step: 'asking' },
  )
  const [attempt, setAttempt] = useState(0)
  const recording = useRef<Recording>(undefined)
  const recorded = useRef(earlier)
  const end = useCallback(async () => {
    const running = recording.current
    recording.current = undefined
    if (!running) return recorded.current
    const ended = await running.end()
    recorded.current = ended
    setNow({ step: 'recorded', recorded: ended, isLongest: ended.durationMs >= RECORDING_MAX_MS })
    return ended
  }, [])
  useEffect(() => {
    if (earlier && attempt === 0) return
    let left = false
    const hear = (running: Recording) => {
      if (recording.current !== running) return
      if (running.durationMs >= RECORDING_MAX_MS) return void end()
      setNow({ step: 'recording', durationMs: running.durationMs, loudness: running.newest(BARS) })
    }
    void Recording.begin(hear).then((begun) => {
      if (typeof begun === 'string') return left || setNow({ step: 'problem', problem: begun })
      if (left) return begun.discard()
      recording.current = begun
      setNow({ step: 'recording', durationMs: 0, loudness: [] })
    })
    return () => {
      left = true
      recording.current?.discard()
      recording.current = undefined
    }
  }, [attempt, earlier, end])
  const again = () => {
    setNow({ step: 'asking' })
    setAttempt((count) => count + 1)
  }
  return [now, { end, again }]
}
