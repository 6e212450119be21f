/** A page of its own beside the list: people, settings, administration. One heading, one column that reads. */
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { text } from '../text/index.ts'
import { IconButton } from './IconButton.tsx'
import './page.css'

interface PageProps {
  title: string
  /** Where the back button of a narrow screen leads. */
  onBack?: () => void
  action?: ReactNode
  children: ReactNode
}

export function Page({ title, onBack, action, children }: PageProps) {
  return (
    <main className="page" aria-label={title} tabIndex={-1} data-focus-home>
      <div className="page-column">
        <header className="page-header">
          {onBack && (
            <IconButton
              className="back"
              name={text.ui.back}
              icon={<ArrowLeft size={20} className="icon-flips" />}
              onClick={onBack}
            />
          )}
          <h1 className="page-title">{title}</h1>
          {action}
        </header>
        {children}
      </div>
    </main>
  )
}

export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className="section" aria-label={title}>
      <h2 className="section-title">{title}</h2>
      {lead && <p className="section-lead muted">{lead}</p>}
      {children}
    </section>
  )
}
