/** A message's words: Markdown, large when they are only emoji, folded when they are long. */
import { memo, useMemo, useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { usePeople, useQuery } from '../../watch/engine.tsx'
import { useOurs } from '../emoji/ours.ts'
import { isOnlyEmoji, renderMarkdown, type NameOf } from './markdown.tsx'
import { ALL } from './mentions.ts'
import './message-body.css'

const LONG_CHARACTERS = 1600
const LONG_LINES = 22

export const MessageBody = memo(function MessageBody({ words }: { words: string }) {
  const long = words.length > LONG_CHARACTERS || words.split('\n', LONG_LINES + 1).length > LONG_LINES
  const [whole, setWhole] = useState(false)
  const folded = long && !whole
  const nameOf = useNameOf()
  const ours = useOurs()
  const drawn = useMemo(() => renderMarkdown(words, nameOf, ours), [words, nameOf, ours])
  const look = isOnlyEmoji(words, ours) ? 'words-of-message words-emoji' : 'words-of-message'
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

/** Names of people and teams, and what calls on everybody: other words after an "@" are just words. */
function useNameOf(): NameOf {
  const people = usePeople()
  const teams = useQuery('teams', {})
  return useMemo(() => {
    // People go before teams.
    const names = new Map([
      ...(teams ?? []).map(({ handle, name }) => [handle, name] as const),
      ...people.map(({ userName, displayName }) => [userName, displayName] as const),
    ])
    names.set(ALL, text.conversation.mentionAll)
    return (userName) => names.get(userName)
  }, [people, teams])
}
