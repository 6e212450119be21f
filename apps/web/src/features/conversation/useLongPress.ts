/** A long press by touch, which opens what hover opens with a mouse. Moving the finger, as for scrolling, calls it off. */
import { useRef, type PointerEvent, type TouchEvent } from 'react'

const LONG_MS = 450
const STILL_PX = 10

interface Press {
  timer: ReturnType<typeof setTimeout>
  x: number
  y: number
  isLong: boolean
}

export function useLongPress(onLongPress: () => void) {
  const press = useRef<Press>(undefined)
  const end = () => clearTimeout(press.current?.timer)
  return {
    onPointerDown: ({ pointerType, target, currentTarget, clientX: x, clientY: y }: PointerEvent) => {
      // A second finger calls off the first one's press.
      end()
      press.current = undefined
      // What has opened above it is pressed for itself.
      if (pointerType !== 'touch' || !(target instanceof Node) || !currentTarget.contains(target)) return
      const open = () => {
        begun.isLong = true
        onLongPress()
      }
      const begun: Press = { timer: setTimeout(open, LONG_MS), x, y, isLong: false }
      press.current = begun
    },
    onPointerMove: (event: PointerEvent) => {
      const start = press.current
      if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PX) end()
    },
    onPointerUp: end,
    onPointerCancel: end,
    onTouchEnd: (event: TouchEvent) => {
      // To some browsers it is a tap as well, which would take the focus from what has opened, and so close it.
      if (press.current?.isLong && event.cancelable) event.preventDefault()
    },
  }
}
