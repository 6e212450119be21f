/** Chooses a reaction: six frequent ones, and below them all there are. */
import { Popover } from 'radix-ui'
import { Ellipsis, SmilePlus } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { MenuRow, MenuSign } from '../../ui/Menu.tsx'
import { useAddEmoji } from '../emoji/useAddEmoji.ts'
import { REACT_KEY } from '../frame/shortcuts.ts'
import { QUICK } from './emoji.ts'
import { EmojiGrid } from './EmojiPicker.tsx'

interface ReactButtonProps {
  open: boolean
  onOpen: (open: boolean) => void
  onEmoji: (sign: string) => void
}

export function ReactButton({ open, onOpen, onEmoji }: ReactButtonProps) {
  return (
    <Popover.Root open={open} onOpenChange={onOpen}>
      <Popover.Trigger asChild>
        <IconButton
          size="small"
          tabIndex={-1}
          name={text.conversation.react}
          shortcut={REACT_KEY}
          icon={<SmilePlus size={16} />}
        />
      </Popover.Trigger>
      <Popover.Portal>
        <ReactionChoice onOpen={onOpen} onEmoji={onEmoji} />
      </Popover.Portal>
    </Popover.Root>
  )
}

/** There only while it is open: each message has the button. */
function ReactionChoice({ onOpen, onEmoji }: Omit<ReactButtonProps, 'open'>) {
  const adding = useAddEmoji(() => onOpen(false))
  const choose = (sign: string) => {
    onEmoji(sign)
    onOpen(false)
  }
  return (
    <Popover.Content
      className="emoji-picker"
      align="end"
      sideOffset={8}
      collisionPadding={8}
      aria-label={text.conversation.react}
      onCloseAutoFocus={adding.onClosed}
    >
      <QuickReactions onEmoji={choose} />
      <EmojiGrid onEmoji={choose} onAdd={adding.add} />
    </Popover.Content>
  )
}

interface QuickReactionsProps {
  onEmoji: (sign: string) => void
  inMenu?: boolean
  onMore?: () => void
}

export function QuickReactions({ onEmoji, inMenu, onMore }: QuickReactionsProps) {
  if (inMenu) {
    return (
      <MenuRow>
        {QUICK.map(({ sign, name }) => (
          <MenuSign key={sign} name={text.conversation.reactWith(name)} onSelect={() => onEmoji(sign)}>
            {sign}
          </MenuSign>
        ))}
        {onMore && (
          <MenuSign name={text.conversation.moreEmoji} onSelect={onMore}>
            <Ellipsis size={16} aria-hidden="true" />
          </MenuSign>
        )}
      </MenuRow>
    )
  }
  return (
    <div className="quick-reactions" role="group" aria-label={text.conversation.react}>
      {QUICK.map(({ sign, name }) => (
        <button
          key={sign}
          type="button"
          className="quick-reaction"
          aria-label={text.conversation.reactWith(name)}
          onClick={() => onEmoji(sign)}
        >
          {sign}
        </button>
      ))}
    </div>
  )
}
