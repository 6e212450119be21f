/** The pane at the right of a conversation: its title, the way to close it, and what it shows. On narrow screens it is a sheet. */
import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { text } from '../text/index.ts'
import { IconButton } from './IconButton.tsx'
import './pane.css'

interface PaneProps {
  name: string
  title: string
  /** It scrolls what it shows by itself. */
  full?: boolean
  onClose: () => void
  children: ReactNode
}

export function Pane({ name, title, full, onClose, children }: PaneProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Where the pane covers the conversation, the focus goes along; beside it, the composer keeps it.
  useEffect(() => {
    if (matchMedia('(max-width: 68rem)').matches) heading.current?.focus({ preventScroll: true })
  }, [name])
  return (
    <aside className="pane" aria-label={name}>
      <header className="pane-header">
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h2>
        <IconButton name={text.ui.close} icon={<X size={20} />} onClick={onClose} />
      </header>
      {full ? children : <div className="pane-body">{children}</div>}
    </aside>
  )
}
