/** A short passage that stands out: good to know, take care, or what went wrong (then it is announced). */
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import './callout.css'

const ICONS = { plain: Info, caution: TriangleAlert, negative: CircleAlert }

export function Callout({ look = 'plain', children }: { look?: keyof typeof ICONS; children: ReactNode }) {
  const Icon = ICONS[look]
  return (
    <div className={`callout callout-${look}`} role={look === 'negative' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden="true" />
      <div className="grow">{children}</div>
    </div>
  )
}
