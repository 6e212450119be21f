/** The present day, for what is said in words that a midnight changes. */
import { useEffect, useState } from 'react'
import { dayKeyOf } from './clock.ts'

/** `dayKeyOf` now; whoever uses it is drawn again when another day begins. */
export function useToday(): string {
  const [today, setToday] = useState(() => dayKeyOf(Date.now()))
  useEffect(() => {
    const timer = setTimeout(() => setToday(dayKeyOf(Date.now())), untilMidnight())
    return () => clearTimeout(timer)
  }, [today])
  return today
}

/** A little more, since timers may be early. */
function untilMidnight(): number {
  return new Date().setHours(24, 0, 1, 0) - Date.now()
}
