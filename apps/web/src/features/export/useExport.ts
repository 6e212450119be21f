/** One export at a time, from the dialog: it ends with the dialog. */
import type { ChannelItem } from '@reforms/client'
import { useEffect, useRef, useState } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useMe } from '../../watch/engine.tsx'
import type { ExportProgress } from './archive.ts'

export type ExportState =
  | { step: 'ready' }
  | { step: 'running'; progress: ExportProgress | undefined; bytes: number }
  | { step: 'failed'; problem: string }
  /** Done, but for so many files. */
  | { step: 'done'; bytes: number; leftOut: number }

interface Wanted {
  channels: readonly ChannelItem[]
  withFiles: boolean
}

const isCancelled = (problem: unknown) => problem instanceof DOMException && problem.name === 'AbortError'

export function useExport(onDone: () => void) {
  const engine = useEngine()
  const me = useMe()
  const { tell } = useTeller()
  const [state, setState] = useState<ExportState>({ step: 'ready' })
  const stopping = useRef<AbortController>(undefined)
  useEffect(() => () => stopping.current?.abort(), [])

  const run = async (wanted: Wanted) => {
    if (!me) return
    const { signal } = (stopping.current = new AbortController())
    let progress: ExportProgress | undefined
    let bytes = 0
    let leftOut = 0
    const show = () => setState({ step: 'running', progress, bytes })
    show()
    const about = { engine, me, server: location.origin, now: Date.now(), signal }
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    const onProgress = (now: ExportProgress) => {
      progress = now
      show()
    }
    const { exportHistory } = await import('./run-export.ts')
    const onLeftOut = () => void (leftOut += 1)
    await exportHistory(
      { ...wanted, ...about, timeZone, onProgress, onLeftOut },
      (written) => (bytes = written),
    )
    if (leftOut > 0) return setState({ step: 'done', bytes, leftOut })
    tell(text.export.done(bytes))
    onDone()
  }
  const start = (wanted: Wanted) => {
    run(wanted).catch((problem: unknown) => {
      setState(isCancelled(problem) ? { step: 'ready' } : { step: 'failed', problem: text.export.failed })
    })
  }
  return { state, start, cancel: () => stopping.current?.abort() }
}
