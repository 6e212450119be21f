/** "I lost my phrase": what is lost, what others will see, what happens; then asking, waiting, and a new identity. */
import type { SessionState } from '@reforms/client'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { useIntent } from '../../watch/engine.tsx'
import { deviceNameOf } from './device-name.ts'
import { EntryLayout } from './EntryLayout.tsx'
import { PhraseFlow, useNewPhrase } from './PhraseFlow.tsx'

type Unbound = Extract<SessionState, { state: 'unbound' }>

export function LostPhrasePage({ session, onFound }: { session: Unbound; onFound: () => void }) {
  const [making, setMaking] = useState(false)
  const made = useNewPhrase(making)
  const reset = useIntent('identity.reset')
  if (making) {
    return (
      <PhraseFlow
        made={made}
        name={session.me.displayName}
        verb={text.entry.newIdentity}
        steps={{ first: 1, of: 2 }}
        busy={reset.busy}
        problem={reset.problem?.message}
        onPhrase={(phrase) => void reset.send({ phrase, deviceName: deviceNameOf(navigator.userAgent) })}
      />
    )
  }
  return (
    <EntryLayout wide title={text.entry.lostTitle} lead={text.entry.lostLead}>
      {session.reset?.requested ? (
        <ResetState reset={session.reset} onMake={() => setMaking(true)} />
      ) : (
        <ResetExplained />
      )}
      <div className="row">
        <Button look="plain" onClick={onFound}>
          {text.entry.foundPhrase}
        </Button>
      </div>
    </EntryLayout>
  )
}

function ResetExplained() {
  const request = useIntent('identity.requestReset')
  return (
    <>
      <Explained title={text.entry.lostWhat} items={text.entry.lostItems} />
      <Explained title={text.entry.lostOthers} items={text.entry.lostOthersItems} />
      <Explained title={text.entry.lostHow} items={text.entry.lostHowItems} />
      {request.problem && <Callout look="negative">{request.problem.message}</Callout>}
      <div className="entry-actions">
        <Button look="primary" busy={request.busy} onClick={() => void request.send({})}>
          {text.entry.requestReset}
        </Button>
      </div>
    </>
  )
}

function Explained({ title, items }: { title: string; items: string[] }) {
  return (
    <section className="stack-close">
      <h2>{title}</h2>
      <ul className="entry-list">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </section>
  )
}

function ResetState({ reset, onMake }: { reset: NonNullable<Unbound['reset']>; onMake: () => void }) {
  const words = () => {
    if (reset.ready) return text.entry.resetReady
    return reset.at === undefined ? text.entry.resetAsked : text.entry.resetWaiting(dateAndTimeOf(reset.at))
  }
  return (
    <>
      <Callout look="caution">{words()}</Callout>
      {reset.ready && (
        <div className="entry-actions">
          <Button look="primary" onClick={onMake}>
            {text.entry.makeIdentity}
          </Button>
        </div>
      )}
    </>
  )
}
