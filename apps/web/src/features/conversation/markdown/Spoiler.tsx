/** Words that are covered until somebody wants to see them. They keep their place: nothing moves when they are uncovered. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { text } from '../../../text/index.ts'
import './spoiler.css'

export function Spoiler({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const shown = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    // So that a screen reader goes on with what has been uncovered.
    if (open) shown.current?.focus({ preventScroll: true })
  }, [open])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    event.stopPropagation()
    setOpen(true)
  }
  if (open) {
    return (
      <span
        ref={shown}
        className="spoiler spoiler-open"
        role="group"
        aria-label={text.conversation.spoiler}
        tabIndex={-1}
      >
        {children}
      </span>
    )
  }
  return (
    <span
      className="spoiler"
      role="button"
      tabIndex={0}
      aria-label={text.conversation.spoilerShow}
      title={text.conversation.spoilerShow}
      onClick={(event) => {
        // A link around it is followed once its words can be read.
        event.preventDefault()
        setOpen(true)
      }}
      onKeyDown={onKeyDown}
    >
      <span aria-hidden="true" inert>
        {children}
      </span>
    </span>
  )
}
