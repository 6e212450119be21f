/** Signed in, but this browser is not a device yet: the phrase makes it one. Or the way of those who lost it. */
import type { SessionState } from '@reforms/client'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { useIntent, useQuery } from '../../watch/engine.tsx'
import { deviceNameOf } from './device-name.ts'
import { EntryLayout } from './EntryLayout.tsx'
import { LostPhrasePage } from './LostPhrasePage.tsx'
import { PhraseInput } from './PhraseInput.tsx'
import { emptyWords } from './phrase-words.ts'

type Unbound = Extract<SessionState, { state: 'unbound' }>

export function ConfirmDevicePage({ session }: { session: Unbound }) {
  const [lost, setLost] = useState(session.reset?.requested ?? false)
  if (lost) return <LostPhrasePage session={session} onFound={() => setLost(false)} />
  return <ConfirmByPhrase session={session} onLost={() => setLost(true)} />
}

function ConfirmByPhrase({ session, onLost }: { session: Unbound; onLost: () => void }) {
  const [words, setWords] = useState(emptyWords)
  const check = useIntent('phrase.check')
  const restore = useIntent('device.restore')
  const close = useIntent('session.close')
  const [wrong, setWrong] = useState<string>()
  const confirm = async () => {
    setWrong(undefined)
    const phrase = words.join(' ').trim()
    const checked = await check.send({ phrase })
    if (!checked) return
    if (!checked.output.ok) return setWrong(wrongWords(checked.output.problem))
    await restore.send({ phrase, deviceName: deviceNameOf(navigator.userAgent) })
  }
  const problem = wrong ?? check.problem?.message ?? restore.problem?.message
  const busy = check.busy || restore.busy
  return (
    <EntryLayout wide title={text.entry.boundTitle} lead={text.entry.boundLead(session.me.displayName)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        <PhraseInput words={words} onWords={setWords} problem={problem} />
        {restore.busy && <RestoreProgress />}
        <div className="entry-actions">
          <Button type="submit" look="primary" busy={busy} disabled={words.some((word) => word === '')}>
            {text.entry.confirm}
          </Button>
        </div>
        <div className="row">
          <Button look="plain" onClick={onLost}>
            {text.entry.lost}
          </Button>
          <Button look="plain" onClick={() => void close.send({})}>
            {text.entry.signOut}
          </Button>
        </div>
      </form>
    </EntryLayout>
  )
}

function RestoreProgress() {
  const progress = useQuery('connection', {})?.progress
  return (
    <Callout>
      <p>{text.entry.restoring}</p>
      {progress && (
        <progress
          className="progress"
          aria-label={text.entry.restoring}
          value={progress.done}
          max={progress.of}
        />
      )}
    </Callout>
  )
}

function wrongWords(problem: 'length' | 'word' | 'checksum'): string {
  if (problem === 'length') return text.entry.phraseLength
  return problem === 'word' ? text.entry.wordUnknown : text.entry.phraseChecksum
}
