/** The first step of joining: name, user name (checked while typing) and password. */
import type { IntentOutput } from '@reforms/client'
import { NAME_MAX_CHARACTERS, USER_NAME_PATTERN } from '@reforms/protocol/limits'
import { useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { EntryLayout } from './EntryLayout.tsx'
import { PasswordWithStrength } from './PasswordWithStrength.tsx'
import { strengthOf } from './strength.ts'
import { suggestUserName } from './user-name.ts'

const CHECK_AFTER_MS = 300
const userNameForm = new RegExp(USER_NAME_PATTERN)

export interface Details {
  displayName: string
  userName: string
  password: string
}

interface JoinDetailsProps {
  token: string | undefined
  link: IntentOutput<'link.check'>
  start: Details | undefined
  onDetails: (details: Details) => void
}

export function JoinDetails({ token, link, start, onDetails }: JoinDetailsProps) {
  const [displayName, setDisplayName] = useState(start?.displayName ?? '')
  const [ownUserName, setUserName] = useState(start?.userName)
  const [password, setPassword] = useState(start?.password ?? '')
  const userName = ownUserName ?? suggestUserName(displayName)
  const free = useNameFree(token, userName)
  const strong = strengthOf(password, [displayName, userName]).level > 1
  const ready = displayName.trim() !== '' && userNameForm.test(userName) && free !== false && strong
  const setup = link.purpose === 'setup'
  return (
    <EntryLayout
      title={setup ? text.entry.setupTitle : text.entry.joinTitle(link.organisation)}
      lead={setup ? text.entry.setupLead : text.entry.joinLead(link.invitedBy)}
      step={text.entry.step(1, 3)}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onDetails({ displayName: displayName.trim(), userName, password })
        }}
      >
        <TextField
          label={text.entry.yourName}
          hint={text.entry.yourNameHint}
          value={displayName}
          maxLength={NAME_MAX_CHARACTERS}
          autoComplete="name"
          dir="auto"
          autoFocus
          onValue={setDisplayName}
        />
        <TextField
          label={text.entry.userName}
          hint={text.entry.userNameHint}
          {...userNameNote(userName, free)}
          value={userName}
          maxLength={32}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          onValue={(value) => setUserName(value.toLowerCase())}
        />
        <PasswordWithStrength
          label={text.entry.password}
          value={password}
          names={[displayName, userName]}
          onValue={setPassword}
        />
        <div className="entry-actions">
          <Button type="submit" look="primary" disabled={!ready}>
            {text.entry.continue}
          </Button>
        </div>
      </form>
    </EntryLayout>
  )
}

function userNameNote(userName: string, free: boolean | undefined) {
  if (userName === '') return {}
  if (!userNameForm.test(userName)) return { error: text.entry.userNameForm }
  if (free === undefined) return {}
  return free ? { good: text.entry.userNameFree } : { error: text.entry.userNameTaken }
}

/** Asks a moment after the last key. Undefined while it is not known; the server decides in the end. */
function useNameFree(token: string | undefined, userName: string): boolean | undefined {
  const engine = useEngine()
  const [answer, setAnswer] = useState<{ userName: string; free: boolean | undefined }>()
  useEffect(() => {
    if (!userNameForm.test(userName)) return
    const timer = setTimeout(() => {
      engine.send('link.check', { ...(token ? { token } : {}), userName }).then(
        (found) => setAnswer({ userName, free: found.nameFree }),
        () => setAnswer(undefined),
      )
    }, CHECK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [engine, token, userName])
  return answer?.userName === userName ? answer.free : undefined
}
