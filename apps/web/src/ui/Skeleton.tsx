/** Lines of the right size where text is about to be; invisible for the first 150 ms. */
import { text } from '../text/index.ts'
import './spinner.css'

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className="stack" role="status" aria-label={text.ui.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <span
          key={index}
          className="skeleton"
          style={{ height: '1.1rem', width: `${[72, 46, 60, 38][index % 4]}%` }}
        />
      ))}
    </div>
  )
}
