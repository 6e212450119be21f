/** Password, sessions elsewhere, and a word about the phrase. */
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Section } from '../../ui/Page.tsx'
import { PasswordField } from '../../ui/PasswordField.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useIntent, useMe } from '../../watch/engine.tsx'
import { PasswordWithStrength } from '../entry/PasswordWithStrength.tsx'
import { strengthOf } from '../entry/strength.ts'

export function SecuritySettings() {
  return (
    <>
      <Section title={text.settings.password} lead={text.settings.passwordLead}>
        <PasswordForm />
      </Section>
      <Section title={text.settings.sessions} lead={text.settings.sessionsLead}>
        <OtherSessions />
      </Section>
      <Section title={text.settings.phrase} lead={text.settings.phraseLead}>
        {null}
      </Section>
    </>
  )
}

function PasswordForm() {
  const me = useMe()
  const { tell } = useTeller()
  const change = useIntent('password.change')
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const names = me ? [me.displayName, me.userName] : []
  const submit = async () => {
    if (!(await change.send({ current, next }))) return
    setCurrent('')
    setNext('')
    tell(text.settings.changed)
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <PasswordField
        label={text.settings.current}
        value={current}
        autoComplete="current-password"
        onValue={setCurrent}
      />
      <PasswordWithStrength label={text.settings.next} value={next} names={names} onValue={setNext} />
      {change.problem && <Callout look="negative">{change.problem.message}</Callout>}
      <div className="row">
        <Button
          type="submit"
          look="primary"
          busy={change.busy}
          disabled={current === '' || strengthOf(next, names).level < 2}
        >
          {text.settings.change}
        </Button>
      </div>
    </form>
  )
}

function OtherSessions() {
  const { tell } = useTeller()
  const close = useIntent('session.closeOthers')
  const submit = async () => {
    const closed = await close.send({})
    if (closed) tell(text.settings.closedOthers(closed.output.closed))
  }
  return (
    <>
      <Button busy={close.busy} onClick={() => void submit()}>
        {text.settings.closeOthers}
      </Button>
      {close.problem && <Callout look="negative">{close.problem.message}</Callout>}
    </>
  )
}
