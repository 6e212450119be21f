/** Opens the search from anywhere in the main layout: with these words, or with what was looked for last. */
import { createContext, use } from 'react'

export const SearchContext = createContext<(typed?: string) => void>(() => undefined)

export function useOpenSearch(): (typed?: string) => void {
  return use(SearchContext)
}
