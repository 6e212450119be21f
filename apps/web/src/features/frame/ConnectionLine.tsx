/** One quiet line above everything while something is not as usual: offline, connecting, restoring, keys in doubt, no engine. */
import type { Connection } from '@reforms/client'
import { useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { Spinner } from '../../ui/Spinner.tsx'
import { useEngineProblem, useQuery } from '../../watch/engine.tsx'
import { ResetWarning } from './ResetWarning.tsx'
import './connection.css'

export function ConnectionLine() {
  const connection = useQuery('connection', {})
  const problem = useEngineProblem()
  const late = useLate(connection?.state === 'connecting')
  return (
    <div className="connection">
      <div role="status">{connection && !problem && <Line connection={connection} late={late} />}</div>
      <div role="alert">
        {problem && <p className="connection-line connection-warning small">{problem}</p>}
        <ResetWarning />
        {connection?.warnings?.map((warning) => (
          <p key={warning} className="connection-line connection-warning small">
            {warning}
          </p>
        ))}
      </div>
    </div>
  )
}

const LATE_MS = 1000

/** A connection that is made within a second is not worth a word. */
function useLate(connecting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!connecting) return setLate(false)
    const timer = setTimeout(() => setLate(true), LATE_MS)
    return () => clearTimeout(timer)
  }, [connecting])
  return late
}

function Line({ connection, late }: { connection: Connection; late: boolean }) {
  const waiting = connection.waiting > 0 ? text.frame.waiting(connection.waiting) : undefined
  if (connection.state === 'offline') {
    return (
      <p className="connection-line connection-offline small">
        <strong>{text.frame.offline}</strong>
        <span className="connection-lead">{text.frame.offlineLead}</span>
        <span>{waiting}</span>
        {connection.retryAt !== undefined && <RetryIn at={connection.retryAt} />}
      </p>
    )
  }
  if (connection.state === 'connecting' && late) {
    return (
      <p className="connection-line small">
        <Spinner />
        {text.frame.connecting}
        <span>{waiting}</span>
      </p>
    )
  }
  return connection.progress ? <Progress progress={connection.progress} /> : null
}

function Progress({ progress }: { progress: NonNullable<Connection['progress']> }) {
  return (
    <p className="connection-line small">
      <span>{text.frame.progress[progress.what]}</span>
      <progress
        className="progress"
        aria-label={text.frame.progress[progress.what]}
        value={progress.done}
        max={progress.of}
      />
      <span className="tabular">{text.frame.progressOf(progress.done, progress.of)}</span>
    </p>
  )
}

function RetryIn({ at }: { at: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <span className="tabular" aria-hidden="true">
      {text.frame.retrying(Math.ceil((at - now) / 1000))}
    </span>
  )
}
