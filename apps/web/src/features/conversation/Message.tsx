/** One message: who, when, what, its state while it is on its way, and what can be done with it. */
import type { TimelineItem } from '@reforms/client'
import type { ChannelId, ClientId } from '@reforms/protocol'
import { Clock, CircleAlert, Copy, Ellipsis, Trash } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf, timeOf } from '../../ui/clock.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { MessageBody } from './MessageBody.tsx'
import { MessageFiles } from './MessageFiles.tsx'
import { useLongPress } from './useLongPress.ts'

export type MessageItem = Extract<TimelineItem, { kind: 'message' }>

interface MessageProps {
  message: MessageItem
  head: boolean
  channelId: ChannelId
  seed: string
  mayWrite: boolean
}

export function Message({ message, head, channelId, seed, mayWrite }: MessageProps) {
  const [menuOpen, setMenuOpen] = useState(false)
  const press = useLongPress(() => setMenuOpen(true))
  const name = message.mine ? text.conversation.you : message.authorName
  return (
    <article
      className={`message message-${message.state}${head ? ' message-head' : ''}${menuOpen ? ' message-open' : ''}`}
      aria-label={text.conversation.message(name, timeOf(message.at))}
      {...press}
    >
      {head ? (
        <Avatar name={message.authorName} seed={seed} />
      ) : (
        <Time at={message.at} look="message-aside" />
      )}
      <div className="message-content">
        {head && (
          <header className="message-header">
            <bdi className="message-author">{message.authorName}</bdi>
            <Time at={message.at} look="message-time" />
          </header>
        )}
        <Content message={message} channelId={channelId} />
        <State message={message} />
      </div>
      <Actions
        message={message}
        channelId={channelId}
        mayWrite={mayWrite}
        open={menuOpen}
        onOpen={setMenuOpen}
      />
    </article>
  )
}

function Time({ at, look }: { at: number; look: string }) {
  return (
    <time className={`${look} muted tabular`} dateTime={new Date(at).toISOString()} title={dateAndTimeOf(at)}>
      {timeOf(at)}
    </time>
  )
}

function Content({ message, channelId }: { message: MessageItem; channelId: ChannelId }) {
  if (message.redacted) return <p className="muted redacted">{text.conversation.redacted}</p>
  return (
    <>
      {message.text !== '' && <MessageBody words={message.text} />}
      {message.files.length > 0 && <MessageFiles channelId={channelId} files={message.files} />}
    </>
  )
}

/** Says nothing once a message is sent: what goes well is quiet. */
function State({ message }: { message: MessageItem }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  if (message.state === 'sent') return null
  if (message.state !== 'failed') {
    const words =
      message.state === 'waiting' ? text.conversation.stateWaiting : text.conversation.stateSending
    return (
      <span className="message-state muted" title={words}>
        <Clock size={12} aria-hidden="true" />
        <span className={message.state === 'waiting' ? 'small' : 'hidden-visually'}>{words}</span>
      </span>
    )
  }
  // What is on its way is keyed by its clientId.
  const clientId = message.key as ClientId
  return (
    <div className="send-failed small">
      <CircleAlert size={16} aria-hidden="true" />
      <span className="grow">{message.problem ?? text.conversation.stateFailed}</span>
      <Button size="small" onClick={() => void engine.send('message.retry', { clientId }).catch(tellProblem)}>
        {text.conversation.retry}
      </Button>
      <Button
        size="small"
        look="plain"
        onClick={() => void engine.send('message.discard', { clientId }).catch(tellProblem)}
      >
        {text.conversation.discard}
      </Button>
    </div>
  )
}

interface ActionsProps {
  message: MessageItem
  channelId: ChannelId
  mayWrite: boolean
  open: boolean
  onOpen: (open: boolean) => void
}

function Actions({ message, channelId, mayWrite, open, onOpen }: ActionsProps) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [deleting, setDeleting] = useState(false)
  if (message.redacted || message.state === 'failed') return null
  const { seq } = message
  const copy = () =>
    void navigator.clipboard.writeText(message.text).then(() => tell(text.ui.copied), tellProblem)
  return (
    <div className="message-actions">
      <Menu
        open={open}
        onOpen={onOpen}
        trigger={<IconButton size="small" name={text.conversation.actions} icon={<Ellipsis size={16} />} />}
      >
        <MenuItem icon={<Copy size={16} />} disabled={message.text === ''} onSelect={copy}>
          {text.conversation.copyText}
        </MenuItem>
        {message.mine && mayWrite && (
          <MenuItem
            danger
            icon={<Trash size={16} />}
            disabled={seq === undefined}
            onSelect={() => setDeleting(true)}
          >
            {text.conversation.delete}
          </MenuItem>
        )}
      </Menu>
      {deleting && seq !== undefined && (
        <ConfirmDialog
          danger
          title={text.conversation.deleteTitle}
          verb={text.conversation.deleteVerb}
          onConfirm={() => engine.send('message.redact', { channelId, seq })}
          onClose={() => setDeleting(false)}
        >
          <p>{text.conversation.deleteLead}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
