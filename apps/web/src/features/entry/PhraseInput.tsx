/** Twelve fields for a recovery phrase. Pasting all words into one field fills them all; each word is checked when left. */
import { useId, useRef, useState } from 'react'
import { text } from '../../text/index.ts'
import { useEngine } from '../../watch/engine.tsx'
import { placeWords, PHRASE_WORDS } from './phrase-words.ts'

interface PhraseInputProps {
  words: string[]
  onWords: (words: string[]) => void
  problem: string | undefined
}

export function PhraseInput({ words, onWords, problem }: PhraseInputProps) {
  const id = useId()
  const fields = useRef<(HTMLInputElement | null)[]>([])
  const [unknown, setUnknown] = useState<ReadonlySet<number>>(new Set())
  const check = useWordCheck(setUnknown)
  const type = (place: number, value: string) => {
    const next = placeWords(words, place, value)
    onWords(next.words)
    if (next.focus !== place) fields.current[Math.min(next.focus, PHRASE_WORDS - 1)]?.focus()
    if (next.focus > place + 1) next.words.forEach((word, index) => check(index, word))
  }
  const note = problem ?? (unknown.size > 0 ? text.entry.wordUnknown : text.entry.phrasePaste)
  return (
    <div className="words-fields" role="group" aria-label={text.entry.phraseField} dir="ltr">
      {words.map((word, place) => (
        <div key={place} className="field">
          <label className="field-label muted" htmlFor={`${id}-${place}`}>
            {text.entry.word(place + 1)}
          </label>
          <input
            id={`${id}-${place}`}
            ref={(element) => void (fields.current[place] = element)}
            className="input"
            value={word}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            autoFocus={place === 0}
            aria-invalid={unknown.has(place) || undefined}
            aria-describedby={`${id}-note`}
            onChange={(event) => type(place, event.target.value)}
            onBlur={() => check(place, word)}
          />
        </div>
      ))}
      <p
        id={`${id}-note`}
        className={problem || unknown.size > 0 ? 'field-note field-error' : 'field-note muted'}
        role={problem ? 'alert' : undefined}
      >
        {note}
      </p>
    </div>
  )
}

/** One word alone: `word` means that it is not in the list, anything else that it is. */
function useWordCheck(setUnknown: (change: (before: ReadonlySet<number>) => ReadonlySet<number>) => void) {
  const engine = useEngine()
  return (place: number, word: string) => {
    const tell = (bad: boolean) =>
      setUnknown((before) => {
        const after = new Set(before)
        if (bad) after.add(place)
        else after.delete(place)
        return after
      })
    if (word === '') return tell(false)
    engine.send('phrase.check', { phrase: word }).then(
      (found) => tell(!found.ok && found.problem === 'word'),
      () => tell(false),
    )
  }
}
