/** Messages of the right size while the real ones are read; invisible for the first 150 ms. */
import { text } from '../../text/index.ts'
import './timeline.css'

const WIDTHS = ['70%', '45%', '82%', '58%', '36%']

export function TimelineSkeleton() {
  return (
    <div className="timeline-skeleton" role="status" aria-label={text.ui.loading}>
      {WIDTHS.map((width) => (
        <div key={width}>
          <span className="skeleton" />
          <span className="skeleton" style={{ width: '7rem', height: '0.9rem' }} />
          <span className="skeleton" style={{ width, height: '0.9rem' }} />
        </div>
      ))}
    </div>
  )
}
