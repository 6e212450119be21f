/** What stands beside the search until one of its results is opened: what there is to do next. */
import type { SearchView } from '@reforms/client'
import { TextSearch } from 'lucide-react'
import { useDeferredValue, useRef } from 'react'
import { text } from '../../text/index.ts'
import { Empty } from '../../ui/Empty.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { FIRST_RESULTS } from './first-results.ts'

export function BesideResults({ typed }: { typed: string }) {
  const view = useQuery('search', { text: useDeferredValue(typed), limit: FIRST_RESULTS })
  // Between one answer and the next the words stay.
  const last = useRef(view)
  if (view) last.current = view
  return (
    <main className="nothing" aria-label={text.search.results}>
      {last.current && <Empty icon={<TextSearch size={20} />} title={nextOf(last.current)} />}
    </main>
  )
}

function nextOf({ asked, results }: SearchView): string {
  if (!asked) return text.search.start
  return results.length > 0 ? text.search.pick : text.search.nothingToRead
}
