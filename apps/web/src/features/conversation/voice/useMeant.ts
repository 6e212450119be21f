/** A button that comes in another's place takes the second click of a double one for its own: this tells which are meant for it. */
import { useEffect, useRef, type MouseEvent } from 'react'
import { isMeant } from './meant.ts'

/** `here` is whether the button stands there now. Tells of a click whether it counts. */
export function useMeant(here: boolean): (event: MouseEvent) => boolean {
  const before = useRef(here)
  const cameAt = useRef(-Infinity)
  useEffect(() => {
    if (here && !before.current) cameAt.current = performance.now()
    before.current = here
  }, [here])
  return (event) => isMeant(event, cameAt.current)
}
