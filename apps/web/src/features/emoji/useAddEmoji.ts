/** Adding one of the organisation's own where emoji are chosen: for who may, once what they are chosen from has closed. */
import { useRef } from 'react'
import { useMe } from '../../watch/engine.tsx'
import { useOpenSheet } from '../frame/sheets.ts'

interface AddEmoji {
  /** Undefined for who may not. */
  add: (() => void) | undefined
  /** After it has given the focus back. */
  onClosed: () => void
}

export function useAddEmoji(close: () => void): AddEmoji {
  const may = useMe()?.role === 'administrator'
  const openSheet = useOpenSheet()
  const wanted = useRef(false)
  const add = () => {
    wanted.current = true
    close()
  }
  const onClosed = () => {
    if (wanted.current) setTimeout(() => openSheet('new-emoji'))
    wanted.current = false
  }
  return { add: may ? add : undefined, onClosed }
}
