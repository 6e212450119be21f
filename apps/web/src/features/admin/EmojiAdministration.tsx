/** The organisation's own emoji: which there are, adding and removing them. */
import type { NamedEmoji } from '@reforms/protocol'
import { EMOJI_MAX } from '@reforms/protocol/limits'
import { Plus, SmilePlus } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { shortName } from '../emoji/ours.ts'
import { OurEmoji } from '../emoji/OurEmoji.tsx'
import { useOpenSheet } from '../frame/sheets.ts'
import './emoji-administration.css'

export function EmojiAdministration() {
  const emoji = useQuery('emoji', {}) ?? []
  const openSheet = useOpenSheet()
  const [removing, setRemoving] = useState<NamedEmoji>()
  const add = (
    <Button look="primary" icon={<Plus size={16} />} onClick={() => openSheet('new-emoji')}>
      {text.emoji.add}
    </Button>
  )
  return (
    <div className="stack">
      {emoji.length === 0 ? (
        <Empty icon={<SmilePlus size={20} />} title={text.emoji.none} action={add}>
          {text.emoji.noneLead}
        </Empty>
      ) : (
        <>
          <p className="muted">{text.emoji.lead}</p>
          <div className="row">
            {add}
            <span className="muted small">{text.emoji.count(emoji.length, EMOJI_MAX)}</span>
          </div>
          <ul className="rows" aria-label={text.admin.places.emoji}>
            {emoji.map((each) => (
              <EmojiRow key={each.emojiId} emoji={each} onRemove={() => setRemoving(each)} />
            ))}
          </ul>
        </>
      )}
      {removing && <RemoveEmoji emoji={removing} onClose={() => setRemoving(undefined)} />}
    </div>
  )
}

function EmojiRow({ emoji, onRemove }: { emoji: NamedEmoji; onRemove: () => void }) {
  const name = shortName(emoji.name)
  return (
    <li>
      <span className="emoji-of-row" aria-hidden="true">
        <OurEmoji {...emoji} />
      </span>
      <span className="grow rows-name">{name}</span>
      <Button size="small" aria-label={text.emoji.removeNamed(name)} onClick={onRemove}>
        {text.emoji.remove}
      </Button>
    </li>
  )
}

function RemoveEmoji({ emoji, onClose }: { emoji: NamedEmoji; onClose: () => void }) {
  const engine = useEngine()
  return (
    <ConfirmDialog
      danger
      title={text.emoji.removeTitle(shortName(emoji.name))}
      verb={text.emoji.remove}
      onConfirm={() => engine.send('emoji.remove', { emojiId: emoji.emojiId })}
      onClose={onClose}
    >
      <p>{text.emoji.removeLead}</p>
    </ConfirmDialog>
  )
}
