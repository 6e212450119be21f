/** A message's words: Markdown, large when they are only emoji, folded when they are long. */
import { memo, useMemo, useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { isOnlyEmoji, renderMarkdown } from './markdown.tsx'
import './message-body.css'

const LONG_CHARACTERS = 1600
const LONG_LINES = 22

export const MessageBody = memo(function MessageBody({ words }: { words: string }) {
  const long = words.length > LONG_CHARACTERS || words.split('\n', LONG_LINES + 1).length > LONG_LINES
  const [whole, setWhole] = useState(false)
  const folded = long && !whole
  const drawn = useMemo(() => renderMarkdown(words), [words])
  const look = isOnlyEmoji(words) ? 'words-of-message words-emoji' : 'words-of-message'
  return (
    <>
      <div className={folded ? `${look} folded` : look} dir="auto">
        {drawn}
      </div>
      {long && (
        <Button look="plain" size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? text.conversation.showLess : text.conversation.showAll}
        </Button>
      )}
    </>
  )
})
