/** Speaks each new message of others once, politely, to assistive technology; the list itself is not live, so nothing is read twice. */
import type { TimelineView } from '@reforms/client'
import { withoutSpoilers } from '@reforms/protocol'
import { useEffect, useRef, useState } from 'react'
import { text } from '../../text/index.ts'

const LONGEST = 200

export function Announcer({ view }: { view: TimelineView }) {
  const [words, setWords] = useState('')
  const spokenTo = useRef<number>(undefined)
  const newest = view.items.findLast(
    (item) => item.kind === 'message' && !item.mine && item.seq !== undefined,
  )
  const seq = newest?.seq ?? 0
  useEffect(() => {
    const before = spokenTo.current
    spokenTo.current = Math.max(seq, before ?? 0)
    if (before === undefined || seq <= before || newest?.kind !== 'message') return
    const said =
      withoutSpoilers(newest.text, text.conversation.spoiler) ||
      text.conversation.announceFiles(newest.files.length)
    setWords(text.conversation.announce(newest.authorName, said.slice(0, LONGEST)))
  }, [seq, newest])
  return (
    <p className="hidden-visually" aria-live="polite">
      {words}
    </p>
  )
}
