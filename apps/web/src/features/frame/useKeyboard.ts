/** Keys that work everywhere in the main layout. Escape goes one step back; what is open above takes it first. */
import { useEffect } from 'react'
import { OWN_PLACES, type Route } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { isNarrow } from '../../ui/narrow.ts'
import { useChannels, useList } from '../../watch/engine.tsx'
import { neighbour } from './conversation-order.ts'
import {
  DETAILS_SHORTCUT,
  isShortcut,
  NEXT_SHORTCUT,
  PALETTE_SHORTCUT,
  PREVIOUS_SHORTCUT,
  SEARCH_SHORTCUT,
  UNREAD_SHORTCUT,
} from './shortcuts.ts'
import type { Sheet } from './sheets.ts'

export function useKeyboard(
  route: Route,
  free: boolean,
  openSheet: (sheet: Sheet) => void,
  openSearch: () => void,
): void {
  const items = useChannels()
  const list = useList()
  useEffect(() => {
    const current = route.place === 'channel' ? route.channelId : undefined
    const move = (step: 1 | -1, unreadOnly: boolean) => {
      const next = neighbour({ items, list }, current, step, (item) => !unreadOnly || item.unread > 0)
      if (next) go({ place: 'channel', channelId: next.channelId })
    }
    const actions: [string, () => void][] = [
      [PALETTE_SHORTCUT, () => openSheet('palette')],
      [SEARCH_SHORTCUT, () => openSearch()],
      [NEXT_SHORTCUT, () => move(1, false)],
      [PREVIOUS_SHORTCUT, () => move(-1, false)],
      [UNREAD_SHORTCUT, () => move(1, true)],
      [DETAILS_SHORTCUT, () => toggleDetails(route)],
      ['Escape', () => stepBack(route)],
    ]
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !free || isLayerOpen()) return
      if (event.key === '?' && !isTyping(event.target)) {
        event.preventDefault()
        return openSheet('shortcuts')
      }
      const action = actions.find(([shortcut]) => isShortcut(event, shortcut))
      if (!action) return
      event.preventDefault()
      action[1]()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [route, items, list, free, openSheet, openSearch])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}

/** Dialogs, menus and popovers take the keys while they are open. */
function isLayerOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
}

function toggleDetails(route: Route): void {
  if (route.place !== 'channel') return
  const { channelId } = route
  go({ place: 'channel', channelId, ...(route.pane ? {} : { pane: 'details' as const }) })
}

function stepBack(route: Route): void {
  if (route.place === 'channel' && route.pane) return go({ place: 'channel', channelId: route.channelId })
  if (route.place === 'settings' || route.place === 'admin') {
    return go(route.part && isNarrow() ? { place: route.place } : { place: 'home' })
  }
  if (['people', 'browse', 'search', ...OWN_PLACES].includes(route.place) || isNarrow()) go({ place: 'home' })
}
