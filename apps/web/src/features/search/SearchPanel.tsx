/** The search over messages: the field, its filters, how it can go on, and what was found. */
import { X } from 'lucide-react'
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useChannels, usePeople, useQuery } from '../../watch/engine.tsx'
import { FilterChips } from './FilterChips.tsx'
import { FIRST_RESULTS } from './first-results.ts'
import { useLast } from './useLast.ts'
import { IndexLine } from './IndexLine.tsx'
import { Results } from './Results.tsx'
import { suggestionsFor, type Suggestion } from './suggestions.ts'
import './search.css'

const MORE_RESULTS = 50

interface SearchPanelProps {
  typed: string
  onType: (typed: string) => void
  onClose: () => void
}

export function SearchPanel({ typed, onType, onClose }: SearchPanelProps) {
  const field = useRef<HTMLInputElement>(null)
  const suggestions = suggestionsFor(typed, { people: usePeople(), channels: useChannels() })
  useEffect(() => field.current?.focus(), [])
  const take = (next: string) => {
    onType(next)
    field.current?.focus()
  }
  return (
    <search className="search" aria-label={text.search.title} onKeyDown={(event) => onKey(event, onClose)}>
      <h1 className="hidden-visually">{text.search.title}</h1>
      <div className="search-header">
        <input
          ref={field}
          type="search"
          className="input grow"
          data-search-stop
          aria-label={text.search.field}
          placeholder={text.search.placeholder}
          autoComplete="off"
          enterKeyHint="search"
          value={typed}
          onChange={(event) => onType(event.target.value)}
        />
        <IconButton name={text.search.close} icon={<X size={20} />} onClick={onClose} />
      </div>
      <div className="search-scroll">
        <Suggestions suggestions={suggestions} empty={typed === ''} onTake={take} />
        <Found typed={typed} onType={take} />
      </div>
    </search>
  )
}

/** Arrows go through the field, the suggestions and the results; Escape closes. */
function onKey(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  if (event.key === 'Escape') {
    event.preventDefault()
    return onClose()
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.altKey) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-search-stop]')]
  const at = stops.indexOf(document.activeElement as HTMLElement)
  const next = stops[at + step]
  if (at < 0 || !next) return
  event.preventDefault()
  next.focus()
}

function Suggestions({
  suggestions,
  empty,
  onTake,
}: {
  suggestions: Suggestion[]
  empty: boolean
  onTake: (typed: string) => void
}) {
  if (suggestions.length === 0) return null
  return (
    <section className="search-suggestions" aria-label={text.search.suggestions}>
      {empty && <p className="search-lead muted small">{text.search.lead}</p>}
      {empty && <h2 className="search-day">{text.search.narrow}</h2>}
      <ul>
        {suggestions.map(({ words, explanation, typed }) => (
          <li key={typed}>
            <button
              type="button"
              className="search-suggestion"
              data-search-stop
              onClick={() => onTake(typed)}
            >
              <bdi className="search-key truncate">{words}</bdi>
              <span className="muted small truncate">{explanation}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Found({ typed, onType }: { typed: string; onType: (typed: string) => void }) {
  const asked = useDeferredValue(typed)
  const [window, setWindow] = useState({ asked, limit: FIRST_RESULTS })
  const limit = window.asked === asked ? window.limit : FIRST_RESULTS
  const view = useLast(useQuery('search', { text: asked, limit }))
  if (!view?.asked) return <IndexLine />
  return (
    <>
      <FilterChips filters={view.filters} typed={asked} onType={onType} />
      <Results view={view} onMore={() => setWindow({ asked, limit: limit + MORE_RESULTS })} />
      <IndexLine />
    </>
  )
}
