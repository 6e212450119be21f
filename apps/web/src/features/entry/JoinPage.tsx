/** What a link opens: set-up by the first administrator, or joining by invitation (or by anyone, where that is open). */
import type { IntentOutput, SessionState } from '@reforms/client'
import { useEffect, useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { deviceNameOf } from './device-name.ts'
import { EntryLayout } from './EntryLayout.tsx'
import { JoinDetails, type Details } from './JoinDetails.tsx'
import { JoinedPage } from './JoinedPage.tsx'
import { PhraseFlow, useNewPhrase } from './PhraseFlow.tsx'

interface JoinPageProps {
  token: string | undefined
  session: SessionState
}

export function JoinPage({ token, session }: JoinPageProps) {
  const check = useIntent('link.check')
  const { send } = check
  const [link, setLink] = useState<IntentOutput<'link.check'>>()
  useEffect(() => {
    void send(token ? { token } : {}).then((found) => setLink(found?.output))
  }, [send, token])
  // Registering signs in; the last page must stay until it has been read.
  const [joining, setJoining] = useState(false)

  if ('me' in session && !joining) return <AlreadyIn name={session.me.displayName} />
  if (check.problem) return <LinkBad message={check.problem.message} />
  if (!link) return <EntryLayout title={text.entry.checkingLink} />
  return <JoinSteps token={token} link={link} onStart={() => setJoining(true)} />
}

interface JoinStepsProps {
  token: string | undefined
  link: IntentOutput<'link.check'>
  onStart: () => void
}

function JoinSteps({ token, link, onStart }: JoinStepsProps) {
  const register = useIntent('account.register')
  const [details, setDetails] = useState<Details>()
  const [editing, setEditing] = useState(true)
  const [done, setDone] = useState(false)
  const made = useNewPhrase(!editing)
  const finish = async (phrase: string) => {
    if (!details) return
    onStart()
    const deviceName = deviceNameOf(navigator.userAgent)
    const registered = await register.send({ ...(token ? { token } : {}), ...details, phrase, deviceName })
    setDone(registered !== undefined)
  }
  if (done && details) return <JoinedPage link={link} name={details.displayName} />
  if (editing || !details) {
    return (
      <JoinDetails
        token={token}
        link={link}
        start={details}
        onDetails={(given) => {
          setDetails(given)
          setEditing(false)
          register.clear()
        }}
      />
    )
  }
  return (
    <PhraseFlow
      made={made}
      name={details.displayName}
      verb={text.entry.finish}
      steps={{ first: 2, of: 3 }}
      busy={register.busy}
      problem={register.problem?.message}
      onChangeDetails={() => setEditing(true)}
      onPhrase={(phrase) => void finish(phrase)}
    />
  )
}

function AlreadyIn({ name }: { name: string }) {
  const close = useIntent('session.close')
  return (
    <EntryLayout title={text.entry.alreadyInTitle} lead={text.entry.alreadyIn(name)}>
      <div className="entry-actions">
        <Button look="primary" onClick={() => go({ place: 'home' })}>
          {text.entry.openMessages}
        </Button>
        <Button busy={close.busy} onClick={() => void close.send({})}>
          {text.entry.signOut}
        </Button>
      </div>
    </EntryLayout>
  )
}

function LinkBad({ message }: { message: string }) {
  return (
    <EntryLayout title={text.entry.linkBadTitle} lead={message}>
      <p>{text.entry.linkBadHelp}</p>
      <div className="entry-actions">
        <Button look="primary" onClick={() => go({ place: 'home' })}>
          {text.entry.toSignIn}
        </Button>
      </div>
    </EntryLayout>
  )
}
