/** Below all emoji: adding one of one's own, or, where none was found, who can. */
import { Plus } from 'lucide-react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { usePeople } from '../../watch/engine.tsx'

const MOST_NAMED = 2

interface EmojiFootProps {
  /** Undefined for who may not. */
  onAdd: (() => void) | undefined
  noneFound: boolean
}

export function EmojiFoot({ onAdd, noneFound }: EmojiFootProps) {
  if (onAdd) {
    return (
      <footer className="emoji-foot">
        <Button look="plain" size="small" icon={<Plus size={16} />} onClick={onAdd}>
          {text.emoji.addVerb}
        </Button>
      </footer>
    )
  }
  return noneFound ? <WhoAdds /> : null
}

function WhoAdds() {
  const names = usePeople()
    .filter(({ role, active }) => role === 'administrator' && active)
    .map(({ displayName }) => displayName)
  return (
    <footer className="emoji-foot muted small" dir="auto">
      {text.emoji.whoAdds(names.slice(0, MOST_NAMED))}
    </footer>
  )
}
