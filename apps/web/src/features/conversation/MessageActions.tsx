/** The actions of a message: the frequent ones beside it on hover and focus, all of them in its menu. */
import type { ChannelId } from '@reforms/protocol'
import {
  AlarmClock,
  Bookmark,
  Copy,
  CornerUpLeft,
  Ellipsis,
  Forward,
  Link,
  MessagesSquare,
  Pencil,
  Pin,
  Quote,
  Trash,
  type LucideIcon,
} from 'lucide-react'
import { text } from '../../text/index.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { RemindDialog } from '../personal/RemindDialog.tsx'
import type { MessageItem } from './acts.ts'
import { ForwardDialog } from './ForwardDialog.tsx'
import { QuickReactions, ReactButton } from './ReactButton.tsx'
import type { ActionName, MessageAction, MessageActions as Actions } from './useMessageActions.ts'

const ICONS: Record<ActionName, LucideIcon> = {
  reply: CornerUpLeft,
  thread: MessagesSquare,
  edit: Pencil,
  pin: Pin,
  forward: Forward,
  quote: Quote,
  link: Link,
  copy: Copy,
  save: Bookmark,
  remind: AlarmClock,
  delete: Trash,
}
/** Beside the message; the menu has them all. */
const FREQUENT: readonly ActionName[] = ['reply', 'thread']

interface MessageActionsProps {
  message: MessageItem
  channelId: ChannelId
  can: Actions
  open: boolean
  onOpen: (open: boolean) => void
  reacting: boolean
  onReacting: (reacting: boolean) => void
  /** Somebody has pointed at the message, or has the focus on it. */
  wanted: boolean
}

/** Until somebody wants them only a button for all: they take longer to make than the message itself. */
export function MessageActions(props: MessageActionsProps) {
  const { message, channelId, can, open, onOpen, reacting, onReacting, wanted } = props
  if (message.redacted || message.state === 'failed' || can.actions.length === 0) return null
  if (!wanted && !open && !reacting && can.dialog === undefined) return <Unopened onOpen={onOpen} />
  const { react } = can
  return (
    <div className="message-actions">
      {react && <ReactButton open={reacting} onOpen={onReacting} onEmoji={react} />}
      {can.actions
        .filter(({ name }) => FREQUENT.includes(name))
        .map((action) => (
          <FrequentAction key={action.name} action={action} />
        ))}
      <Menu
        open={open}
        onOpen={onOpen}
        trigger={
          <IconButton
            size="small"
            tabIndex={-1}
            name={text.conversation.actions}
            icon={<Ellipsis size={16} />}
          />
        }
      >
        {react && (
          <>
            <QuickReactions inMenu onEmoji={react} onMore={() => onReacting(true)} />
            <MenuLine />
          </>
        )}
        {can.actions.map((action) => (
          <ActionItem key={action.name} action={action} />
        ))}
      </Menu>
      <Dialogs message={message} channelId={channelId} can={can} />
    </div>
  )
}

function Unopened({ onOpen }: Pick<MessageActionsProps, 'onOpen'>) {
  return (
    <div className="message-actions">
      <button
        type="button"
        className="icon-button icon-button-small icon-button-plain"
        tabIndex={-1}
        aria-label={text.conversation.actions}
        aria-haspopup="menu"
        onClick={() => onOpen(true)}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </button>
    </div>
  )
}

function FrequentAction({ action }: { action: MessageAction }) {
  const Icon = ICONS[action.name]
  return (
    <IconButton
      size="small"
      tabIndex={-1}
      className="action-frequent"
      name={action.words}
      shortcut={action.key}
      icon={<Icon size={16} />}
      onClick={action.act}
    />
  )
}

function ActionItem({ action }: { action: MessageAction }) {
  const Icon = ICONS[action.name]
  const danger = action.name === 'delete'
  return (
    <>
      {danger && <MenuLine />}
      <MenuItem danger={danger} icon={<Icon size={16} />} shortcut={action.key} onSelect={action.act}>
        {action.words}
      </MenuItem>
    </>
  )
}

function Dialogs({ message, channelId, can }: { message: MessageItem; channelId: ChannelId; can: Actions }) {
  const engine = useEngine()
  const { seq } = message
  if (seq === undefined) return null
  if (can.dialog === 'forward')
    return <ForwardDialog channelId={channelId} seq={seq} onClose={can.closeDialog} />
  if (can.dialog === 'remind')
    return <RemindDialog channelId={channelId} seq={seq} onClose={can.closeDialog} />
  if (can.dialog !== 'delete') return null
  return (
    <ConfirmDialog
      danger
      title={text.conversation.deleteTitle}
      verb={text.conversation.deleteVerb}
      onConfirm={() => engine.send('message.redact', { channelId, seq })}
      onClose={can.closeDialog}
    >
      <p>{text.conversation.deleteLead}</p>
    </ConfirmDialog>
  )
}
