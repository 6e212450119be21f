/** Asking for a day, by the browser's own picker, and going to the first message from it on. */
import { useRef, type ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { fieldDayOf } from '../../ui/clock.ts'
import { useActs } from './acts.ts'

interface DayField {
  /** Stands where the picker is to open; it is never seen itself. */
  field: ReactNode
  ask: () => void
}

/** `at` is in the day that the picker begins with; without it no day is chosen yet, so that today can be. */
export function useDayField(at?: number): DayField {
  const { jumpToTime } = useActs()
  const input = useRef<HTMLInputElement>(null)
  const before = at === undefined ? '' : fieldDayOf(at)
  const field = (
    <input
      ref={input}
      className="day-field"
      type="date"
      tabIndex={-1}
      aria-label={text.conversation.goToDay}
      defaultValue={before}
      max={fieldDayOf(Date.now())}
      onChange={({ target }) => {
        const day = new Date(`${target.value}T00:00`).getTime()
        if (!Number.isNaN(day)) jumpToTime(day)
        // The same day can be chosen again.
        target.value = before
      }}
    />
  )
  return { field, ask: () => input.current?.showPicker() }
}
