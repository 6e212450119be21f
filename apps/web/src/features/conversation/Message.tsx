/** One message: who, when, what, its state while it is on its way, what was said about it, and what can be done with it. */
import type { ChannelId, ClientId } from '@reforms/protocol'
import { Clock, CircleAlert, Forward, Pin } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf, timeOf } from '../../ui/clock.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { REACT_KEY } from '../frame/shortcuts.ts'
import { useActs, type MessageItem } from './acts.ts'
import { EditField } from './EditField.tsx'
import { MessageActions } from './MessageActions.tsx'
import { MessageBody } from './MessageBody.tsx'
import { MessageFiles } from './MessageFiles.tsx'
import { Poll } from './polls/Poll.tsx'
import { QuoteLine } from './QuoteLine.tsx'
import { Reactions } from './Reactions.tsx'
import { GuestMark } from '../people/GuestMark.tsx'
import { ThreadLine } from './ThreadLine.tsx'
import { TransferLine } from './TransferLine.tsx'
import { useLongPress } from './useLongPress.ts'
import { useMessageActions, type MessageActions as Actions } from './useMessageActions.ts'
import { VersionsDialog } from './VersionsDialog.tsx'
import { focusNeighbour } from './walking.ts'
import './related.css'

interface MessageProps {
  message: MessageItem
  head: boolean
  channelId: ChannelId
  seed: string
  mayWrite: boolean
  mayPost: boolean
  /** It stands in the pane of a thread. */
  inThread: boolean
}

export function Message({ message, head, channelId, seed, mayWrite, mayPost, inThread }: MessageProps) {
  const [menuOpen, setMenuOpen] = useState(false)
  const [reacting, setReacting] = useState(false)
  const [wanted, setWanted] = useState(false)
  const want = () => setWanted(true)
  const press = useLongPress(() => setMenuOpen(true))
  const can = useMessageActions(message, { channelId, mayWrite, mayPost, inThread })
  const name = message.mine ? text.conversation.you : message.authorName
  const open = menuOpen || reacting
  return (
    <article
      className={lookOf(message, head, open)}
      aria-label={text.conversation.message(name, timeOf(message.at))}
      tabIndex={0}
      onPointerEnter={want}
      // What stands in it must not be another element by the time it is pressed.
      onFocus={(event) => event.target === event.currentTarget && want()}
      onKeyDown={(event) => onMessageKey(event, can, { menu: setMenuOpen, react: setReacting })}
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
            <GuestMark userId={message.author} />
            <Time at={message.at} look="message-time" />
            <Edited message={message} channelId={channelId} />
            <Pinned message={message} />
          </header>
        )}
        <Above message={message} inThread={inThread} />
        <Content message={message} channelId={channelId} mayWrite={mayWrite} />
        {!head && <Edited message={message} channelId={channelId} />}
        {!head && <Pinned message={message} />}
        <State message={message} />
        <Below message={message} can={can} inThread={inThread} />
      </div>
      <MessageActions
        message={message}
        channelId={channelId}
        can={can}
        open={menuOpen}
        onOpen={setMenuOpen}
        reacting={reacting}
        onReacting={setReacting}
        wanted={wanted}
      />
    </article>
  )
}

function lookOf({ state, forMe }: MessageItem, head: boolean, open: boolean): string {
  const marks = [head && 'message-head', open && 'message-open', forMe && 'message-for-me']
  return ['message', `message-${state}`, ...marks.filter(Boolean)].join(' ')
}

interface Openers {
  menu: (open: boolean) => void
  react: (open: boolean) => void
}

/** Only while the message itself has the focus: what stands in it has keys of its own. */
function onMessageKey(event: KeyboardEvent<HTMLElement>, { actions, react }: Actions, open: Openers): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
  const take = (act: () => void) => {
    event.preventDefault()
    act()
  }
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
    return take(() => focusNeighbour(event.currentTarget, event.key === 'ArrowUp' ? -1 : 1))
  if (event.key === 'Enter') return take(() => open.menu(true))
  if (event.key === REACT_KEY && react) return take(() => open.react(true))
  const action = actions.find(({ key }) => key.toLowerCase() === event.key.toLowerCase())
  if (action && !event.shiftKey) take(action.act)
}

function Pinned({ message }: { message: MessageItem }) {
  if (!message.pinned) return null
  return (
    <span className="message-mark muted small">
      <Pin size={12} aria-hidden="true" />
      {text.conversation.pinned}
    </span>
  )
}

/** What it answers, or whose words it passes on. */
function Above({ message, inThread }: { message: MessageItem; inThread: boolean }) {
  const { answers, forwarded } = message
  if (forwarded) {
    return (
      <p className="forwarded-line small muted">
        <Forward size={12} className="icon-flips" aria-hidden="true" />
        {text.conversation.forwardedFrom(forwarded.authorName, dateAndTimeOf(forwarded.at))}
      </p>
    )
  }
  return answers && !(inThread && answers.thread) ? <QuoteLine quote={answers} /> : null
}

function Below({ message, can, inThread }: { message: MessageItem; can: Actions; inThread: boolean }) {
  const { openThread } = useActs()
  const { reactions, thread, seq } = message
  return (
    <>
      {reactions && <Reactions reactions={reactions} onReact={can.react} />}
      {thread && seq !== undefined && !inThread && (
        <ThreadLine thread={thread} onOpen={() => openThread(seq)} />
      )}
    </>
  )
}

function Time({ at, look }: { at: number; look: string }) {
  return (
    <time className={`${look} muted tabular`} dateTime={new Date(at).toISOString()} title={dateAndTimeOf(at)}>
      {timeOf(at)}
    </time>
  )
}

type ContentProps = Pick<MessageProps, 'message' | 'channelId' | 'mayWrite'>

function Content({ message, channelId, mayWrite }: ContentProps) {
  const { editing, edit } = useActs()
  const { seq } = message
  if (message.redacted) return <p className="muted redacted">{text.conversation.redacted}</p>
  if (editing === message.key && seq !== undefined)
    return <EditField channelId={channelId} seq={seq} words={message.text} onDone={() => edit(undefined)} />
  if (message.poll)
    return <Poll poll={message.poll} message={message} channelId={channelId} mayWrite={mayWrite} />
  return (
    <>
      {message.text !== '' && <MessageBody words={message.text} />}
      {message.files.length > 0 && <MessageFiles channelId={channelId} files={message.files} />}
    </>
  )
}

/** Quietly beside the time, or under the words; it shows the earlier texts. */
function Edited({ message, channelId }: { message: MessageItem; channelId: ChannelId }) {
  const [open, setOpen] = useState(false)
  const { editedAt, seq } = message
  if (editedAt === undefined || seq === undefined) return null
  return (
    <>
      <button
        type="button"
        className="message-edited muted"
        title={text.conversation.editedAt(dateAndTimeOf(editedAt))}
        onClick={() => setOpen(true)}
      >
        {text.conversation.edited}
      </button>
      {open && <VersionsDialog channelId={channelId} seq={seq} onClose={() => setOpen(false)} />}
    </>
  )
}

/** Says nothing once a message is sent: what goes well is quiet. */
function State({ message }: { message: MessageItem }) {
  if (message.edit?.state === 'waiting')
    return <OnItsWay words={text.conversation.editWaiting} quiet={false} />
  if (message.edit) {
    const { clientId, problem = text.conversation.editFailed } = message.edit
    return <Failed clientId={clientId} problem={problem} />
  }
  switch (message.state) {
    case 'sent':
      return null
    case 'failed':
      // What is on its way is keyed by its clientId.
      return (
        <Failed
          clientId={message.key as ClientId}
          problem={message.problem ?? text.conversation.stateFailed}
        />
      )
    case 'waiting':
      if (message.transfer)
        return <TransferLine clientId={message.key as ClientId} transfer={message.transfer} />
      return <OnItsWay words={text.conversation.stateWaiting} quiet={false} />
    case 'sending':
      return <OnItsWay words={text.conversation.stateSending} quiet />
  }
}

function OnItsWay({ words, quiet }: { words: string; quiet: boolean }) {
  return (
    <span className="message-state muted" title={words}>
      <Clock size={12} aria-hidden="true" />
      <span className={quiet ? 'hidden-visually' : 'small'}>{words}</span>
    </span>
  )
}

function Failed({ clientId, problem }: { clientId: ClientId; problem: string }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  return (
    <div className="send-failed small">
      <CircleAlert size={16} aria-hidden="true" />
      <span className="grow">{problem}</span>
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
