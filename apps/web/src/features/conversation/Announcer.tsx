/**
 * Speaks each new message of others once, politely, to assistive technology; the list itself is not live, so nothing is read twice.
 * Each is an element of its own: what is added is read, and the same words twice are read twice.
 */
import type { Seq } from '@reforms/protocol'
import { useEffect, useRef, useState } from 'react'
import { newsOf, type Heard, type HeardView } from './announcing.ts'

/** What has been read is of no use any more; a reader that is behind still finds it. */
const KEPT_LINES = 10

interface AnnouncerProps {
  view: HeardView
  /** The thread that is open beside it and speaks its own answers. */
  threadOf?: Seq | undefined
}

interface Line {
  key: number
  words: string
}

export function Announcer({ view, threadOf }: AnnouncerProps) {
  const [lines, setLines] = useState<Line[]>([])
  const heard = useRef<Heard>(undefined)
  const lastKey = useRef(0)
  useEffect(() => {
    const news = newsOf(heard.current, view, threadOf)
    heard.current = news.heard
    if (news.lines.length === 0) return
    const added = news.lines.map((words) => ({ key: ++lastKey.current, words }))
    setLines((before) => [...before, ...added].slice(-KEPT_LINES))
  }, [view, threadOf])
  return (
    <div className="hidden-visually" aria-live="polite">
      {lines.map(({ key, words }) => (
        <p key={key}>{words}</p>
      ))}
    </div>
  )
}
