/** A new password by an administrator's link. */
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { EntryLayout } from './EntryLayout.tsx'
import { PasswordWithStrength } from './PasswordWithStrength.tsx'
import { strengthOf } from './strength.ts'

export function PasswordResetPage({ token }: { token: string }) {
  const [password, setPassword] = useState('')
  const [userName, setUserName] = useState<string>()
  const reset = useIntent('password.reset')
  if (userName !== undefined) {
    return (
      <EntryLayout title={text.entry.resetPasswordTitle} lead={text.entry.passwordSet(userName)}>
        <div className="entry-actions">
          <Button look="primary" autoFocus onClick={() => go({ place: 'home' })}>
            {text.entry.toSignIn}
          </Button>
        </div>
      </EntryLayout>
    )
  }
  return (
    <EntryLayout title={text.entry.resetPasswordTitle} lead={text.entry.resetPasswordLead}>
      {reset.problem && <Callout look="negative">{reset.problem.message}</Callout>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void reset.send({ token, password }).then((done) => setUserName(done?.output.userName))
        }}
      >
        <PasswordWithStrength label={text.entry.newPassword} value={password} onValue={setPassword} />
        <div className="entry-actions">
          <Button
            type="submit"
            look="primary"
            busy={reset.busy}
            disabled={strengthOf(password, []).level < 2}
          >
            {text.entry.setPassword}
          </Button>
        </div>
      </form>
    </EntryLayout>
  )
}
