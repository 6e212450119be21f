/** What a person does to scroll a list of messages, told from what scrolls it by itself: rows that come, go or get their heights. */
import { useEffect, useMemo, useRef, type RefObject } from 'react'

const GESTURES = ['wheel', 'touchstart', 'touchmove', 'pointerdown', 'keydown'] as const
/** A scroll this long after a wheel, a finger or a key is theirs. */
const GESTURE_MS = 800
/** A list whose height has stood still this long does not scroll by itself: then it was a search in the page, or the like. */
const QUIET_MS = 2000

export interface Gesture {
  /** Whether a person has just scrolled: it may also be rows that grow or go while others come. Only a person leaves the end. */
  byPerson: (sameHeight: boolean) => boolean
  /** Whether they are on their way up, whose scroll may still be to come. */
  goesUp: () => boolean
  /** Whoever asks for the end has not left it by what they did before, nor by the key that asks for it. */
  forget: () => void
}

export function useGesture(scroller: RefObject<HTMLDivElement | null>, stretch: number): Gesture {
  const gestureAt = useRef(-Infinity)
  const upAt = useRef(-Infinity)
  const grownAt = useRef(0)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const wayOf = wayReader()
    const onGesture = (event: Event) => {
      gestureAt.current = performance.now()
      const way = wayOf(event)
      if (way === 'down') upAt.current = -Infinity
      // Where there is nothing above nobody goes there.
      if (way === 'up' && element.scrollTop > 0) upAt.current = gestureAt.current
    }
    for (const gesture of GESTURES) element.addEventListener(gesture, onGesture, { passive: true })
    const observer = new ResizeObserver(() => (grownAt.current = performance.now()))
    observer.observe(element)
    if (element.lastElementChild) observer.observe(element.lastElementChild)
    return () => {
      for (const gesture of GESTURES) element.removeEventListener(gesture, onGesture)
      observer.disconnect()
    }
    // Another stretch is another element.
  }, [scroller, stretch])
  return useMemo(
    () => ({
      byPerson: (sameHeight) => {
        const now = performance.now()
        return now - gestureAt.current < GESTURE_MS || (sameHeight && now - grownAt.current > QUIET_MS)
      },
      goesUp: () => performance.now() - upAt.current < GESTURE_MS,
      forget: () => void (gestureAt.current = upAt.current = -Infinity),
    }),
    [],
  )
}

type Way = 'up' | 'down' | undefined

const KEYS: Readonly<Record<string, Way>> = {
  ArrowUp: 'up',
  PageUp: 'up',
  Home: 'up',
  ArrowDown: 'down',
  PageDown: 'down',
  End: 'down',
}

/** Which way a gesture scrolls. Of a finger that is known from where it was before: downwards it draws what is above into sight. */
function wayReader(): (event: Event) => Way {
  let finger = 0
  return (event) => {
    if (event instanceof WheelEvent) return event.ctrlKey ? undefined : wayTo(event.deltaY)
    if (event instanceof KeyboardEvent) return wayOfKey(event)
    if (!('touches' in event)) return undefined
    const [touch] = (event as TouchEvent).touches
    const way = event.type === 'touchmove' && touch ? wayTo(finger - touch.clientY) : undefined
    finger = touch?.clientY ?? finger
    return way
  }
}

function wayTo(distance: number): Way {
  if (distance === 0) return undefined
  return distance < 0 ? 'up' : 'down'
}

/** In a text that is being written the same keys move through its lines. */
function wayOfKey({ key, shiftKey, target }: KeyboardEvent): Way {
  if (target instanceof Element && target.matches('input, textarea')) return undefined
  if (key === ' ') return shiftKey ? 'up' : 'down'
  return KEYS[key]
}
