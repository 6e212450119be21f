/** While the engine opens the database: nothing at first, then a quiet sign; or why it cannot. */
import { text } from '../../text/index.ts'
import { Mark } from '../../ui/Mark.tsx'
import { useEngineProblem } from '../../watch/engine.tsx'
import './starting.css'

export function StartingPage() {
  const problem = useEngineProblem()
  return (
    <main className="starting" role="status" aria-label={text.entry.starting}>
      <Mark size={44} />
      <p className="muted small">{problem ?? text.entry.starting}</p>
    </main>
  )
}
