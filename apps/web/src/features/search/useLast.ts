/** What was there last, between one answer and the next: nothing vanishes while somebody types. */
import { useRef } from 'react'

export function useLast<T>(value: T | undefined): T | undefined {
  const last = useRef(value)
  if (value !== undefined) last.current = value
  return last.current
}
