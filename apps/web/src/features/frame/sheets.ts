/** The dialogs that can be opened from anywhere in the main layout; one at a time. */
import { createContext, use } from 'react'

export type Sheet =
  'palette' | 'shortcuts' | 'new-channel' | 'new-message' | 'new-section' | 'status' | 'export' | 'sign-out'

export const SheetContext = createContext<(sheet: Sheet) => void>(() => undefined)

export function useOpenSheet(): (sheet: Sheet) => void {
  return use(SheetContext)
}
