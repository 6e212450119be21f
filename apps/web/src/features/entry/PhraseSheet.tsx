/** The twelve words, shown once: numbered, to be written down, copied or printed. They live in this page's memory only. */
import { Printer } from 'lucide-react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyField.tsx'
import { EntryLayout } from './EntryLayout.tsx'

interface PhraseSheetProps {
  phrase: string
  name: string
  step?: string
  onWritten: () => void
}

export function PhraseSheet({ phrase, name, step, onWritten }: PhraseSheetProps) {
  return (
    <EntryLayout wide title={text.entry.phraseTitle} lead={text.entry.phraseLead} step={step}>
      <h2 className="print-only">{text.entry.printHeading(name)}</h2>
      <ol className="words printed" aria-label={text.entry.phraseWords} dir="ltr" translate="no">
        {phrase.split(' ').map((word, index) => (
          <li key={index}>
            <span className="words-number">{index + 1}</span>
            <span>{word}</span>
          </li>
        ))}
      </ol>
      <div className="row">
        <CopyButton value={phrase}>{text.entry.copyWords}</CopyButton>
        <Button icon={<Printer size={16} />} onClick={() => print()}>
          {text.entry.printWords}
        </Button>
      </div>
      <ul className="entry-list small">
        {text.entry.phraseWhy.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <div className="entry-actions">
        <Button look="primary" onClick={onWritten}>
          {text.entry.phraseWritten}
        </Button>
      </div>
    </EntryLayout>
  )
}
