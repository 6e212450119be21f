/** Sign in by user name and password. */
import type { SessionState } from '@reforms/client'
import { useEffect, useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { TextField } from '../../ui/Field.tsx'
import { PasswordField } from '../../ui/PasswordField.tsx'
import { useEngine, useEngineProblem, useIntent } from '../../watch/engine.tsx'
import { deviceNameOf } from './device-name.ts'
import { EntryLayout } from './EntryLayout.tsx'

type Reason = Extract<SessionState, { state: 'signed-out' }>['reason']
const REASONS = {
  ended: text.entry.signedOutEnded,
  removed: text.entry.signedOutRemoved,
  inactive: text.entry.signedOutInactive,
  'keys-lost': text.entry.signedOutKeysLost,
}

export function SignInPage({ reason }: { reason: Reason }) {
  const stopped = useEngineProblem()
  const server = useServerInfo(stopped)
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const open = useIntent('session.open')
  const problem = stopped ?? open.problem?.message
  const signIn = () => {
    const deviceName = deviceNameOf(navigator.userAgent)
    void open.send({ userName: userName.trim().toLowerCase(), password, deviceName })
  }
  return (
    <EntryLayout title={text.entry.signInTitle} lead={server && text.entry.signInLead(server.name)}>
      {reason && !problem && <Callout look="caution">{REASONS[reason]}</Callout>}
      {problem && <Callout look="negative">{problem}</Callout>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          signIn()
        }}
      >
        <TextField
          label={text.entry.userName}
          value={userName}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          onValue={setUserName}
        />
        <PasswordField
          label={text.entry.password}
          value={password}
          autoComplete="current-password"
          required
          onValue={setPassword}
        />
        <div className="entry-actions">
          <Button type="submit" look="primary" busy={open.busy} disabled={!userName || !password}>
            {text.entry.signIn}
          </Button>
        </div>
      </form>
      <SignInHelp server={server} />
    </EntryLayout>
  )
}

interface ServerInfo {
  name: string
  registration: 'open' | 'invitation'
  setUp: boolean
}

function SignInHelp({ server }: { server: ServerInfo | undefined }) {
  if (server && !server.setUp) return <Callout>{text.entry.noSetUp}</Callout>
  return (
    <div className="stack-close small muted">
      {server?.registration === 'open' && (
        <Button onClick={() => go({ place: 'join' })}>{text.entry.createAccount}</Button>
      )}
      <p>{text.entry.forgotten}</p>
      {server?.registration === 'invitation' && <p>{text.entry.noAccount}</p>}
    </div>
  )
}

/** Asked for again when an engine that had stopped runs. */
function useServerInfo(stopped: string | undefined): ServerInfo | undefined {
  const engine = useEngine()
  const [info, setInfo] = useState<ServerInfo>()
  useEffect(() => {
    if (stopped !== undefined) return
    // Only words on the page depend on it; signing in itself tells what is wrong.
    engine.send('server.info', {}).then(setInfo, () => undefined)
  }, [engine, stopped])
  return info
}
