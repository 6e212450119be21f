/** When one is not to be disturbed: now, for a while, and in hours of every week. Holds on all of one's devices. */
import type { QuietHours } from '@reforms/client'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { untilOf } from '../../ui/clock.ts'
import { TextField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { clockOf, endOf, minuteOf, tomorrowMorning } from './until.ts'
import './status.css'

export function QuietSettings() {
  const own = useQuery('ownStatus', {})
  if (!own) return null
  return (
    <section className="stack" aria-label={text.status.quiet}>
      <h2>{text.status.quiet}</h2>
      <p className="muted">{text.status.quietLead}</p>
      <QuietNow until={own.quietUntil} endsByHand={own.endsByHand} />
      <WeeklyHours key={JSON.stringify(own.quietHours)} hours={own.quietHours} />
    </section>
  )
}

function QuietNow({ until, endsByHand }: { until: number | undefined; endsByHand: boolean }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const set = (end?: number) =>
    void engine.send('quiet.set', end === undefined ? {} : { until: end }).catch(tellProblem)
  const now = Date.now()
  return (
    <>
      {until !== undefined && <Callout>{text.status.quietNow(untilOf(until, now))}</Callout>}
      <div className="row">
        {endsByHand ? (
          <Button onClick={() => set()}>{text.status.quietEnd}</Button>
        ) : (
          <>
            <Button onClick={() => set(endOf('half', Date.now(), ''))}>{text.status.quietFor.half}</Button>
            <Button onClick={() => set(endOf('hour', Date.now(), ''))}>{text.status.quietFor.hour}</Button>
            <Button onClick={() => set(tomorrowMorning(Date.now()))}>{text.status.quietFor.tomorrow}</Button>
          </>
        )}
      </div>
    </>
  )
}

const WORKDAYS = [1, 2, 3, 4, 5]
const [EVENING, MORNING] = ['20:00', '07:00']

function WeeklyHours({ hours }: { hours: QuietHours | undefined }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [days, setDays] = useState(hours?.days ?? WORKDAYS)
  const [from, setFrom] = useState(hours ? clockOf(hours.from) : EVENING)
  const [to, setTo] = useState(hours ? clockOf(hours.to) : MORNING)
  const [begins, ends] = [minuteOf(from), minuteOf(to)]
  const set = (next?: QuietHours) =>
    void engine
      .send('quiet.setHours', next ? { hours: next } : {})
      .then(() => tell(text.ui.saved), tellProblem)
  const save = () => {
    if (begins === undefined || ends === undefined) return
    // Whoever travels takes the zone of home along until they save anew.
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    set({ days: [...days].sort(), from: begins, to: ends, zone })
  }
  return (
    <div className="stack-close">
      <h3>{text.status.hours}</h3>
      <p className="muted small">{text.status.hoursLead}</p>
      <div className="quiet-days" role="group" aria-label={text.status.days}>
        {text.status.dayLetters.map((letters, day) => (
          <button
            key={letters}
            type="button"
            className="button button-quiet button-small quiet-day"
            aria-label={text.status.dayNames[day]}
            aria-pressed={days.includes(day)}
            onClick={() => setDays(days.includes(day) ? days.filter((each) => each !== day) : [...days, day])}
          >
            {letters}
          </button>
        ))}
      </div>
      <div className="quiet-times">
        <TextField type="time" label={text.status.from} value={from} onValue={setFrom} />
        <TextField type="time" label={text.status.to} value={to} onValue={setTo} />
      </div>
      <div className="row">
        <Button
          look="primary"
          disabled={days.length === 0 || begins === undefined || ends === undefined}
          onClick={save}
        >
          {text.ui.save}
        </Button>
        {hours && <Button onClick={() => set()}>{text.status.hoursRemove}</Button>}
      </div>
    </div>
  )
}
