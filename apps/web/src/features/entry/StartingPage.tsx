/** While the engine opens the database: nothing at first, then a quiet sign. */
import { text } from '../../text/index.ts'
import { Mark } from '../../ui/Mark.tsx'
import './starting.css'

export function StartingPage() {
  return (
    <main className="starting" role="status" aria-label={text.entry.starting}>
      <Mark size={44} />
      <p className="muted small">{text.entry.starting}</p>
    </main>
  )
}
