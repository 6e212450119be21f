/** A value a moment after it last changed, so that not every key asks the server. */
import { useEffect, useState } from 'react'

const LATER_MS = 250

export function useLater<T>(value: T): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), LATER_MS)
    return () => clearTimeout(timer)
  }, [value])
  return later
}
