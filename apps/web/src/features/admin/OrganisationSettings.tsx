/** The organisation's settings. */
import type { Settings } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Choice } from '../../ui/Choice.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { useFetched } from './useFetched.ts'

const REGISTRATIONS = (['invitation', 'open'] as const).map((value) => ({
  value,
  label: text.admin.registrations[value],
  explanation: text.admin.registrationsExplained[value],
}))
const MAKERS = (['everyone', 'administrators'] as const).map((value) => ({
  value,
  label: text.admin.publicChannelsOf[value],
}))

const RECEIPTS = (['on', 'off'] as const).map((value) => ({ value, label: text.admin.receiptsOf[value] }))

export function OrganisationSettings() {
  const read = useFetched('settings.read', {})
  if (read.problem) return <Callout look="negative">{read.problem}</Callout>
  return read.value ? <SettingsForm settings={read.value} /> : <Skeleton lines={4} />
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { tell } = useTeller()
  const update = useIntent('settings.update')
  const [kept, setKept] = useState(settings)
  const [next, setNext] = useState(settings)
  const [days, setDays] = useState(String(settings.sessionDays))
  const sessionDays = Number(days)
  const daysRight = Number.isInteger(sessionDays) && sessionDays >= 1 && sessionDays <= 365
  const [largest, setLargest] = useState(String(settings.fileMaxMegabytes))
  const fileMaxMegabytes = Number(largest)
  const largestRight =
    Number.isInteger(fileMaxMegabytes) && fileMaxMegabytes >= 1 && fileMaxMegabytes <= 65_536
  const wanted = { ...next, organisation: next.organisation.trim(), sessionDays, fileMaxMegabytes }
  const changed = JSON.stringify(wanted) !== JSON.stringify(kept)
  const submit = async () => {
    const done = await update.send(wanted)
    if (!done) return
    setKept(done.output)
    setNext(done.output)
    tell(text.ui.saved)
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField
        label={text.admin.organisation}
        value={next.organisation}
        maxLength={80}
        dir="auto"
        onValue={(organisation) => setNext({ ...next, organisation })}
      />
      <Choice
        label={text.admin.registration}
        value={next.registration}
        options={REGISTRATIONS}
        onValue={(registration) => setNext({ ...next, registration })}
      />
      <Choice
        look="segments"
        label={text.admin.publicChannels}
        value={next.publicChannels}
        options={MAKERS}
        onValue={(publicChannels) => setNext({ ...next, publicChannels })}
      />
      <Choice
        look="segments"
        label={text.admin.teamMakers}
        value={next.teams}
        options={MAKERS}
        onValue={(teams) => setNext({ ...next, teams })}
      />
      <Choice
        look="segments"
        label={text.admin.receipts}
        value={next.receipts ? 'on' : 'off'}
        options={RECEIPTS}
        onValue={(receipts) => setNext({ ...next, receipts: receipts === 'on' })}
      />
      <TextField
        label={text.admin.sessionDays}
        inputMode="numeric"
        value={days}
        error={daysRight ? undefined : text.admin.sessionDaysWrong}
        onValue={(value) => setDays(value.replace(/\D/g, ''))}
      />
      <TextField
        label={text.admin.fileMaxMegabytes}
        inputMode="numeric"
        value={largest}
        error={largestRight ? undefined : text.admin.fileMaxMegabytesWrong}
        onValue={(value) => setLargest(value.replace(/\D/g, ''))}
      />
      {update.problem && <Callout look="negative">{update.problem.message}</Callout>}
      <div className="row">
        <Button
          type="submit"
          look="primary"
          busy={update.busy}
          disabled={!changed || !daysRight || !largestRight || wanted.organisation === ''}
        >
          {text.ui.save}
        </Button>
      </div>
    </form>
  )
}
