/** What stands beside the search until one of its results is opened: what there is to do next. */
import type { SearchView } from '@reforms/client'
import { TextSearch } from 'lucide-react'
import { useDeferredValue } from 'react'
import { text } from '../../text/index.ts'
import { Empty } from '../../ui/Empty.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { FIRST_RESULTS } from './first-results.ts'
import { useLast } from './useLast.ts'

export function BesideResults({ typed }: { typed: string }) {
  const view = useLast(useQuery('search', { text: useDeferredValue(typed), limit: FIRST_RESULTS }))
  return (
    <main className="nothing" aria-label={text.search.results}>
      {view && <Empty icon={<TextSearch size={20} />} title={nextOf(view)} />}
    </main>
  )
}

function nextOf({ asked, results }: SearchView): string {
  if (!asked) return text.search.start
  return results.length > 0 ? text.search.pick : text.search.nothingToRead
}
