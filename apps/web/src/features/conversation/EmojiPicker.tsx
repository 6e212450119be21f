/** A small grid of emoji: found by name, walked by the arrow keys, chosen by Enter. */
import { Popover } from 'radix-ui'
import { Smile } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { asFromLeft } from '../../ui/direction.ts'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { EMOJI_SHORTCUT } from '../frame/shortcuts.ts'
import { findEmoji } from './emoji.ts'
import './emoji.css'

const COLUMNS = 8

interface EmojiPickerProps {
  open: boolean
  onOpen: (open: boolean) => void
  onEmoji: (sign: string) => void
  onClosed: () => void
}

export function EmojiPicker({ open, onOpen, onEmoji, onClosed }: EmojiPickerProps) {
  return (
    <Popover.Root open={open} onOpenChange={onOpen}>
      <Popover.Trigger asChild>
        <IconButton name={text.conversation.emoji} shortcut={EMOJI_SHORTCUT} icon={<Smile size={20} />} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="emoji-picker"
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={text.conversation.emoji}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            onClosed()
          }}
        >
          <EmojiGrid
            onEmoji={(sign) => {
              onEmoji(sign)
              onOpen(false)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

export function EmojiGrid({ onEmoji }: { onEmoji: (sign: string) => void }) {
  const [words, setWords] = useState('')
  const [place, setPlace] = useState(0)
  const grid = useRef<HTMLDivElement>(null)
  const found = findEmoji(words)
  const walk = (event: KeyboardEvent) => {
    const next = nextPlace(asFromLeft(event.key), place, found.length)
    if (next === undefined) return
    event.preventDefault()
    setPlace(next)
    grid.current?.querySelectorAll('button')[next]?.focus()
  }
  return (
    <>
      <TextField
        hideLabel
        label={text.conversation.emojiFind}
        placeholder={text.conversation.emojiFind}
        value={words}
        autoFocus
        onValue={(value) => {
          setWords(value)
          setPlace(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) onEmoji(found[0].sign)
          if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus()
        }}
      />
      <div
        ref={grid}
        className="emoji-grid"
        role="group"
        aria-label={text.conversation.emoji}
        onKeyDown={walk}
      >
        {found.map((emoji, index) => (
          <button
            key={emoji.sign}
            type="button"
            className="emoji-button"
            aria-label={emoji.name}
            title={emoji.name}
            tabIndex={index === place ? 0 : -1}
            onFocus={() => setPlace(index)}
            onClick={() => onEmoji(emoji.sign)}
          >
            {emoji.sign}
          </button>
        ))}
        {found.length === 0 && <p className="muted small emoji-none">{text.conversation.emojiNone}</p>}
      </div>
    </>
  )
}

/** Where an arrow key leads in the grid; undefined for other keys. */
export function nextPlace(key: string, place: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: COLUMNS,
    ArrowUp: -COLUMNS,
  }
  const step = steps[key]
  if (step === undefined) return undefined
  const next = place + step
  return next < 0 || next >= count ? place : next
}
