/** Older messages on this device: how many there are, whether more are fetched, and taking them out of it. */
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { useIntent, useQuery } from '../../watch/engine.tsx'

export function HistorySettings() {
  const index = useQuery('searchIndex', {})
  const { send, busy } = useIntent('search.fetchHistory')
  if (!index) return null
  const { done, of, fetches } = index
  return (
    <Section title={text.search.history} lead={text.search.historyLead}>
      <div className="stack-close">
        <p className="small muted">
          {done < of ? text.search.historySome(done, of) : text.search.historyDone(of)}
        </p>
        <div className="row">
          <Button size="small" busy={busy} onClick={() => void send({ fetch: !fetches })}>
            {fetches ? text.search.historyStop : text.search.historyStart}
          </Button>
        </div>
      </div>
    </Section>
  )
}
