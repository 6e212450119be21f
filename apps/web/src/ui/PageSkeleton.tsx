/** In the place of a page whose code is still being loaded, with its measures. */
import { text } from '../text/index.ts'
import { Skeleton } from './Skeleton.tsx'
import './page.css'
import './parts.css'

export function PageSkeleton() {
  return (
    <main className="page" aria-label={text.ui.loading} tabIndex={-1} data-focus-home>
      <div className="page-column">
        <Skeleton lines={4} />
      </div>
    </main>
  )
}

/** Of a page of several parts. */
export function PartsSkeleton() {
  return (
    <main className="parts" aria-label={text.ui.loading}>
      <div className="parts-list">
        <Skeleton lines={4} />
      </div>
      <div className="parts-body" tabIndex={-1} data-focus-home>
        <div className="page-column">
          <Skeleton lines={4} />
        </div>
      </div>
    </main>
  )
}
