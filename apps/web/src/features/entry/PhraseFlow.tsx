/** Makes a phrase, shows it, asks two words back, then hands it on. Used by joining and by a new identity. */
import { useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { Callout } from '../../ui/Callout.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { EntryLayout } from './EntryLayout.tsx'
import { PhraseConfirm } from './PhraseConfirm.tsx'
import { PhraseSheet } from './PhraseSheet.tsx'

interface MadePhrase {
  phrase: string | undefined
  problem: string | undefined
}

/** Makes one phrase once it is wanted, and keeps it while its owner is on the screen: nobody should write down two. */
export function useNewPhrase(wanted: boolean): MadePhrase {
  const create = useIntent('phrase.create')
  const { send } = create
  const [phrase, setPhrase] = useState<string>()
  const missing = wanted && phrase === undefined
  useEffect(() => {
    if (missing) void send({}).then((made) => made && setPhrase((kept) => kept ?? made.output.phrase))
  }, [missing, send])
  return { phrase, problem: create.problem?.message }
}

interface PhraseFlowProps {
  made: MadePhrase
  name: string
  verb: string
  /** The number of the step that shows the words, and of how many. */
  steps: { first: number; of: number }
  busy: boolean
  problem: string | undefined
  onChangeDetails?: () => void
  onPhrase: (phrase: string) => void
}

export function PhraseFlow({ made, steps, name, onPhrase, ...confirm }: PhraseFlowProps) {
  const [written, setWritten] = useState(false)
  const step = text.entry.step(steps.first + (written ? 1 : 0), steps.of)
  const { phrase } = made
  if (!phrase) {
    return (
      <EntryLayout wide title={text.entry.phraseTitle} step={step}>
        {made.problem ? <Callout look="negative">{made.problem}</Callout> : <Skeleton lines={4} />}
      </EntryLayout>
    )
  }
  if (!written)
    return <PhraseSheet phrase={phrase} name={name} step={step} onWritten={() => setWritten(true)} />
  return (
    <PhraseConfirm
      {...confirm}
      phrase={phrase}
      step={step}
      onBack={() => setWritten(false)}
      onConfirmed={() => onPhrase(phrase)}
    />
  )
}
