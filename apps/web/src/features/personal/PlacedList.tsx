/**
 * A list of lines that each lead to a message. Arrows walk it; when a line goes, the focus stays where it was, on the line that takes
 * its place.
 */
import {
  useLayoutEffect,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'

interface PlacedListProps {
  label: string
  children: ReactNode
}

export function PlacedList({ label, children }: PlacedListProps) {
  const list = useRef<HTMLUListElement>(null)
  const focus = useKeptFocus(list)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const line = (event.target as Element).closest('li')
    if (step === undefined || !line) return
    event.preventDefault()
    const next = step > 0 ? line.nextElementSibling : line.previousElementSibling
    next?.querySelector('a')?.focus()
  }
  return (
    <ul className="placed-list" aria-label={label} ref={list} onKeyDown={onKeyDown} {...focus}>
      {children}
    </ul>
  )
}

/** Where in the list the focus is: the line, and which of its links and buttons. */
interface Spot {
  line: number
  control: number
}

const controlsOf = (line: Element | undefined) => [
  ...(line?.querySelectorAll<HTMLElement>('a, button') ?? []),
]

function useKeptFocus(list: RefObject<HTMLUListElement | null>) {
  const spot = useRef<Spot>(undefined)
  useLayoutEffect(() => {
    if (!spot.current || document.activeElement !== document.body) return
    const lines = [...(list.current?.children ?? [])]
    const controls = controlsOf(lines[Math.min(spot.current.line, lines.length - 1)])
    const next = controls[spot.current.control] ?? controls[0]
    next?.focus()
  })
  // With the last line the list goes as well: the page is next.
  useLayoutEffect(
    () => () => {
      if (spot.current && document.activeElement === document.body)
        document.querySelector<HTMLElement>('main[data-focus-home]')?.focus()
    },
    [],
  )
  return {
    onFocus: ({ target, currentTarget }: FocusEvent) => {
      const line = target.closest('li')
      if (!line) return
      const control = controlsOf(line).indexOf(target as HTMLElement)
      spot.current = { line: [...currentTarget.children].indexOf(line), control: Math.max(0, control) }
    },
    onBlur: ({ target }: FocusEvent) => {
      // Whoever leaves is not called back; a line that has gone, or a window that is left, is another matter.
      queueMicrotask(() => {
        if (target.isConnected && document.hasFocus() && document.activeElement !== target) forget(spot, list)
      })
    },
  }
}

function forget(spot: RefObject<Spot | undefined>, list: RefObject<HTMLElement | null>): void {
  if (!list.current?.contains(document.activeElement)) spot.current = undefined
}
