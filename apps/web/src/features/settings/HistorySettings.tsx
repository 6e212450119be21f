/** Older messages on this device: how many there are, whether more are fetched, and taking them out of it. */
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { useIntent, useQuery } from '../../watch/engine.tsx'
import { useOpenSheet } from '../frame/sheets.ts'

export function HistorySettings() {
  const index = useQuery('searchIndex', {})
  const openSheet = useOpenSheet()
  const { send, busy } = useIntent('search.fetchHistory')
  if (!index) return null
  const { done, of, fetches } = index
  return (
    <Section title={text.search.history} lead={text.search.historyLead}>
      <p className="small muted">
        {done < of ? text.search.historySome(done, of) : text.search.historyDone(of)}
      </p>
      <div className="row">
        <Button size="small" busy={busy} onClick={() => void send({ fetch: !fetches })}>
          {fetches ? text.search.historyStop : text.search.historyStart}
        </Button>
        <Button size="small" onClick={() => openSheet('export')}>
          {text.export.action}
        </Button>
      </div>
    </Section>
  )
}
