/** Two of the twelve words, asked back, before anything is made of them. */
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { TextField } from '../../ui/Field.tsx'
import { EntryLayout } from './EntryLayout.tsx'

interface PhraseConfirmProps {
  phrase: string
  verb: string
  step?: string
  busy: boolean
  problem: string | undefined
  onBack: () => void
  /** Where the problem can be mended by other details, such as a user name that was taken meanwhile. */
  onChangeDetails?: () => void
  onConfirmed: () => void
}

export function PhraseConfirm(props: PhraseConfirmProps) {
  const words = props.phrase.split(' ')
  const [asked] = useState(() => twoPlaces(words.length))
  const [typed, setTyped] = useState<Record<number, string>>({})
  const [checked, setChecked] = useState(false)
  const right = (place: number) => (typed[place] ?? '').trim().toLowerCase() === words[place]
  const submit = () => {
    setChecked(true)
    if (asked.every(right)) props.onConfirmed()
  }
  return (
    <EntryLayout title={text.entry.confirmTitle} lead={text.entry.confirmLead} step={props.step}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {asked.map((place, index) => (
          <TextField
            key={place}
            label={text.entry.word(place + 1)}
            value={typed[place] ?? ''}
            autoFocus={index === 0}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            error={checked && !right(place) ? text.entry.wordWrong(place + 1) : undefined}
            onValue={(value) => setTyped({ ...typed, [place]: value })}
          />
        ))}
        {props.problem && <Callout look="negative">{props.problem}</Callout>}
        {props.busy && <p className="muted small">{text.entry.making}</p>}
        <div className="entry-actions">
          <Button type="submit" look="primary" busy={props.busy}>
            {props.verb}
          </Button>
        </div>
        <Button look="plain" onClick={props.onBack}>
          {text.entry.seeAgain}
        </Button>
        {props.problem && props.onChangeDetails && (
          <Button look="plain" onClick={props.onChangeDetails}>
            {text.entry.startAgain}
          </Button>
        )}
      </form>
    </EntryLayout>
  )
}

/** Two different places, in order. Not a secret: Math.random is good enough. */
function twoPlaces(of: number): number[] {
  const first = Math.floor(Math.random() * of)
  const second = (first + 1 + Math.floor(Math.random() * (of - 1))) % of
  return [first, second].sort((a, b) => a - b)
}
