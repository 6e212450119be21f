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
  /** Ends it for `use`, which says whether it took it. */
  handOver(use: (recorded: Recorded | undefined) => boolean): Promise<void>
  again(): void
}

/** It begins with the component, and ends with it: what nobody took by then goes to `onLeft`. `earlier` was recorded before, and came back. */
export function useRecorder(
  earlier: Recorded | undefined,
  onLeft: (recorded: Recorded) => void,
): [Recorder, Acts] {
  const [now, setNow] = useState<Recorder>(
    earlier ? { step: 'recorded', recorded: earlier, isLongest: false } : { step: 'asking' },
  )
  const [attempt, setAttempt] = useState(0)
  const recording = useRef<Recording>(undefined)
  const ended = useRef<Promise<Recorded | undefined>>(Promise.resolve(earlier))
  const end = useCallback(() => {
    const running = recording.current
    recording.current = undefined
    if (running) {
      ended.current = running.end().then((recorded) => {
        setNow({ step: 'recorded', recorded, isLongest: recorded.durationMs >= RECORDING_MAX_MS })
        return recorded
      })
    }
    return ended.current
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
    }
  }, [attempt, earlier, end])
  const handOver = useEndWithComponent(end, onLeft)
  useQuestionOnClosing(now.step === 'recording' || now.step === 'recorded')
  const again = () => {
    setNow({ step: 'asking' })
    setAttempt((count) => count + 1)
  }
  return [now, { end, handOver, again }]
}

/** Whoever leaves the conversation has not said that the recording is of no use. */
function useEndWithComponent(end: Acts['end'], onLeft: (recorded: Recorded) => void): Acts['handOver'] {
  const here = useRef(true)
  const taken = useRef(false)
  const told = useRef(onLeft)
  useEffect(() => {
    told.current = onLeft
  })
  useEffect(() => {
    const leave = async () => {
      if (here.current || taken.current) return
      const recorded = await end()
      if (recorded) told.current(recorded)
    }
    here.current = true
    return () => {
      here.current = false
      // While developing, React takes effects back and runs them again at once: then it is here still.
      queueMicrotask(() => void leave())
    }
  }, [end])
  return async (use) => {
    taken.current = true
    taken.current = use(await end())
  }
}

/** It is in memory only, until it is sent. */
function useQuestionOnClosing(unsent: boolean): void {
  useEffect(() => {
    if (!unsent) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [unsent])
}
