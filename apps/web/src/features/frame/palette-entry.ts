/** A line of the palette. */
import type { ReactNode } from 'react'

export interface PaletteEntry {
  id: string
  words: string
  /** Other words by which people look for it. */
  keywords?: string[] | undefined
  group: string
  icon: ReactNode
  does: () => void
}
