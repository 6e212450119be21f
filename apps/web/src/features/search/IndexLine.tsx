/** How much can be searched on this device, as long as that is not all. */
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { useIntent, useQuery } from '../../watch/engine.tsx'

export function IndexLine() {
  const index = useQuery('searchIndex', {})
  const { send, busy } = useIntent('search.fetchHistory')
  if (!index || index.done >= index.of) return null
  if (!index.fetches) {
    return (
      <p className="search-index muted small">
        {text.search.stopped}{' '}
        <Button size="small" busy={busy} onClick={() => void send({ fetch: true })}>
          {text.search.fetch}
        </Button>
      </p>
    )
  }
  return (
    <div className="search-index muted small">
      <p>{text.search.progress(index.done, index.of)}</p>
      <progress className="progress" aria-label={text.search.history} value={index.done} max={index.of} />
    </div>
  )
}
