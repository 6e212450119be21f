/** The one quiet line above an answer: whom and what it answers. It leads there. */
import type { QuoteView } from '@reforms/client'
import { CornerUpRight, MessagesSquare } from 'lucide-react'
import { text } from '../../text/index.ts'
import { useActs } from './acts.ts'

export function QuoteLine({ quote }: { quote: QuoteView }) {
  const { jump, openThread } = useActs()
  const { said, seq, thread } = quote
  const Icon = thread ? MessagesSquare : CornerUpRight
  const name = said?.authorName ?? ''
  const words = said ? withoutMarks(said.text) : ''
  const label = () => {
    if (thread && said) return text.conversation.answersInThread(name)
    if (quote.redacted) return text.conversation.answersDeleted
    return said ? text.conversation.answersTo(name, words) : text.conversation.answersMissing
  }
  return (
    <button
      type="button"
      className="quote-line small muted"
      aria-label={label()}
      onClick={() => (thread ? openThread(seq) : jump(seq))}
    >
      <Icon size={12} className="icon-flips" aria-hidden="true" />
      {said && <bdi className="quote-author">{name}</bdi>}
      <span className="truncate" dir="auto">
        {said ? words : label()}
      </span>
    </button>
  )
}

/** Marks of Markdown say nothing in one line. */
function withoutMarks(words: string): string {
  return words.replaceAll(/\*\*|__|~~|`|^> ?/g, '')
}
