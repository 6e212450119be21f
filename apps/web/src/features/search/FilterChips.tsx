/** The filters that were understood, each with a way to take it away. */
import type { SearchFilter } from '@reforms/client'
import { X } from 'lucide-react'
import { text } from '../../text/index.ts'

interface FilterChipsProps {
  filters: SearchFilter[]
  typed: string
  onType: (typed: string) => void
}

export function FilterChips({ filters, typed, onType }: FilterChipsProps) {
  if (filters.length === 0) return null
  return (
    <ul className="search-chips" aria-label={text.search.filters}>
      {filters.map((filter) => (
        <li key={filter.start}>
          <button
            type="button"
            className={filter.known ? 'search-chip' : 'search-chip search-chip-unknown'}
            aria-label={text.search.removeFilter(wordsOf(filter))}
            onClick={() => onType(without(typed, filter))}
          >
            <bdi className="truncate">{wordsOf(filter)}</bdi>
            <X size={16} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function wordsOf({ kind, label }: SearchFilter): string {
  return text.search.filter[kind](kind === 'has' ? (text.search.has[label] ?? label) : label)
}

function without(typed: string, { start, end }: SearchFilter): string {
  return `${typed.slice(0, start)}${typed.slice(end)}`.replace(/\s+/g, ' ').trimStart()
}
