/** The frame of every screen before the messages: one card, one question at a time. */
import type { ReactNode } from 'react'
import { Mark } from '../../ui/Mark.tsx'
import './entry.css'

interface EntryLayoutProps {
  title: string
  lead?: ReactNode
  step?: string
  wide?: boolean
  children?: ReactNode
}

export function EntryLayout({ title, lead, step, wide, children }: EntryLayoutProps) {
  return (
    <main className="entry">
      <div className={wide ? 'entry-card entry-card-wide' : 'entry-card'}>
        <div className="entry-mark">
          <Mark />
          {step && <span className="muted small tabular">{step}</span>}
        </div>
        <h1 className="entry-title" tabIndex={-1} data-focus-home>
          {title}
        </h1>
        {lead && <p className="entry-lead muted">{lead}</p>}
        {children}
      </div>
    </main>
  )
}
