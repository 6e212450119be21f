/** A long press by touch, which opens what hover opens with a mouse. Moving the finger, as for scrolling, calls it off. */
import { useRef, type PointerEvent } from 'react'

const LONG_MS = 450
const STILL_PX = 10

export function useLongPress(onLongPress: () => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined)
  const end = () => clearTimeout(press.current?.timer)
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return
      press.current = { timer: setTimeout(onLongPress, LONG_MS), x: event.clientX, y: event.clientY }
    },
    onPointerMove: (event: PointerEvent) => {
      const start = press.current
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PX) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
