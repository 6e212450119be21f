/** A small grid of emoji: found by name, walked by the arrow keys, chosen by Enter. */
import { Popover } from 'radix-ui'
import { Smile } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { asFromLeft } from '../../ui/direction.ts'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { EMOJI_SHORTCUT } from '../frame/shortcuts.ts'
import { OurEmoji } from '../emoji/OurEmoji.tsx'
import { EmojiFoot } from '../emoji/EmojiFoot.tsx'
import { shortName, useOurs, type Named } from '../emoji/ours.ts'
import { useAddEmoji } from '../emoji/useAddEmoji.ts'
import { findEmoji, type Emoji } from './emoji.ts'
import './emoji.css'

const COLUMNS = 8

interface EmojiPickerProps {
  open: boolean
  onOpen: (open: boolean) => void
  onEmoji: (sign: string) => void
  onClosed: () => void
}

export function EmojiPicker({ open, onOpen, onEmoji, onClosed }: EmojiPickerProps) {
  const adding = useAddEmoji(() => onOpen(false))
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
            adding.onClosed()
          }}
        >
          <EmojiGrid
            onEmoji={(sign) => {
              onEmoji(sign)
              onOpen(false)
            }}
            onAdd={adding.add}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface EmojiGridProps {
  onEmoji: (sign: string) => void
  /** Adds one of ours, for who may. */
  onAdd?: (() => void) | undefined
  /** Where one of ours would not be understood. */
  standardOnly?: boolean
}

export function EmojiGrid({ onEmoji, onAdd, standardOnly = false }: EmojiGridProps) {
  const [words, setWords] = useState('')
  const [place, setPlace] = useState(0)
  const grid = useRef<HTMLDivElement>(null)
  const ours = useFoundOurs(words, standardOnly)
  const found = findEmoji(words)
  const signs = [...ours.map(({ name }) => shortName(name)), ...found.map(({ sign }) => sign)]
  const walk = (event: KeyboardEvent) => {
    const next = nextPlace(asFromLeft(event.key), place, [ours.length, found.length])
    if (next === undefined) return
    event.preventDefault()
    setPlace(next)
    grid.current?.querySelectorAll('button')[next]?.focus()
  }
  const choosing = (index: number): ChoosingProps => ({
    tabIndex: index === place ? 0 : -1,
    onFocus: () => setPlace(index),
    onClick: () => onEmoji(signs[index] ?? ''),
  })
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
          if (event.key === 'Enter' && signs[0]) onEmoji(signs[0])
          if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus()
        }}
      />
      <div ref={grid} className="emoji-groups" onKeyDown={walk}>
        {ours.length > 0 && <OurGroup ours={ours} choosing={choosing} />}
        <StandardGroup found={found} choosing={(index) => choosing(ours.length + index)} />
        {signs.length === 0 && <p className="muted small emoji-none">{text.conversation.emojiNone}</p>}
      </div>
      {!standardOnly && <EmojiFoot onAdd={onAdd} noneFound={signs.length === 0} />}
    </>
  )
}

interface ChoosingProps {
  tabIndex: number
  onFocus: () => void
  onClick: () => void
}

function useFoundOurs(words: string, standardOnly: boolean): Named[] {
  const ours = useOurs()
  const wanted = words.trim().toLowerCase().replaceAll(':', '')
  if (standardOnly) return []
  return [...ours]
    .map(([name, emojiId]) => ({ name, emojiId }))
    .filter(({ name }) => name.includes(wanted.replaceAll(' ', '_')))
}

interface GroupProps {
  choosing: (index: number) => ChoosingProps
}

function OurGroup({ ours, choosing }: GroupProps & { ours: Named[] }) {
  return (
    <div className="emoji-grid" role="group" aria-label={text.emoji.ours}>
      <p className="emoji-heading muted small" aria-hidden="true">
        {text.emoji.ours}
      </p>
      {ours.map((emoji, index) => (
        <button
          key={emoji.emojiId}
          type="button"
          className="emoji-button"
          aria-label={shortName(emoji.name)}
          {...choosing(index)}
        >
          <OurEmoji {...emoji} />
        </button>
      ))}
    </div>
  )
}

function StandardGroup({ found, choosing }: GroupProps & { found: readonly Emoji[] }) {
  return (
    <div className="emoji-grid" role="group" aria-label={text.conversation.emoji}>
      {found.map(({ sign, name }, index) => (
        <button
          key={sign}
          type="button"
          className="emoji-button"
          aria-label={name}
          title={name}
          {...choosing(index)}
        >
          {sign}
        </button>
      ))}
    </div>
  )
}

/** Where an arrow key leads through groups of these sizes, one below the other; undefined for other keys. */
export function nextPlace(key: string, place: number, sizes: readonly number[]): number | undefined {
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
  if (step !== undefined) return Math.min(Math.max(0, place + step), count - 1)
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined
  const rows = rowsOf(sizes)
  const row = rows.findIndex(({ start, length }) => place >= start && place < start + length)
  const next = rows[row + (key === 'ArrowDown' ? 1 : -1)]
  if (!next) return place
  return next.start + Math.min(place - (rows[row]?.start ?? 0), next.length - 1)
}

function rowsOf(sizes: readonly number[]): { start: number; length: number }[] {
  let start = 0
  return sizes.flatMap((size) => {
    const from = start
    start += size
    return Array.from({ length: Math.ceil(size / COLUMNS) }, (_, row) => ({
      start: from + row * COLUMNS,
      length: Math.min(COLUMNS, size - row * COLUMNS),
    }))
  })
}
