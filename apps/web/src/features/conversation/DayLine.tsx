/** The line above the first message of a day; pressed, it asks for another day and goes there. */
import { ChevronDown } from 'lucide-react'
import { text } from '../../text/index.ts'
import { dayOf } from '../../ui/clock.ts'
import { useDayField } from './DayField.tsx'

export function DayLine({ at, inThread }: { at: number; inThread: boolean }) {
  const words = dayOf(at, Date.now())
  return <h2 className="day-line">{inThread ? <span>{words}</span> : <DayChoice at={at} words={words} />}</h2>
}

function DayChoice({ at, words }: { at: number; words: string }) {
  const { field, ask } = useDayField(at)
  return (
    <span className="day-choice">
      <button type="button" className="day-button" title={text.conversation.goToDay} onClick={ask}>
        {words}
        <ChevronDown size={14} aria-hidden="true" />
      </button>
      {field}
    </span>
  )
}
