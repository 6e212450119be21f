/** Where a message is written: one line that grows, files beside it, Enter sends. What is typed is kept per channel and thread. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { memo, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import {
  ATTACH_SHORTCUT,
  EMOJI_SHORTCUT,
  isShortcut,
  LATER_SHORTCUT,
  PREVIEW_SHORTCUT,
  VOICE_SHORTCUT,
} from '../frame/shortcuts.ts'
import { spaced } from '../emoji/ours.ts'
import type { MessageItem } from './acts.ts'
import { AttachButton } from './AttachButton.tsx'
import { AttachedFiles } from './AttachedFiles.tsx'
import { attach as attachable } from './attachments.ts'
import { ComposerField } from './ComposerField.tsx'
import {
  isEmpty,
  putBack,
  readDraft,
  useDraft,
  type Draft,
  type DraftPlace,
  type DraftStep,
} from './drafts.ts'
import { EmojiPicker } from './EmojiPicker.tsx'
import { useFileLimit } from './file-limit.ts'
import { answersOf, hand } from './handing.ts'
import { useKeptDraft } from './kept-drafts.ts'
import { MESSAGE_MAX_CHARACTERS } from './message-length.ts'
import { quoted } from './quoted.ts'
import { ReplyingTo } from './ReplyingTo.tsx'
import { SendButton } from './SendButton.tsx'
import type { Answering } from './useConversationActs.ts'
import { useTypingSignal } from './useTypingSignal.ts'
import { useVoice } from './voice/useVoice.tsx'
import { CommandDialog } from './writing/CommandDialog.tsx'
import { applyFormat } from './writing/field.ts'
import { formatFor } from './writing/formatting.ts'
import { MoreButton } from './writing/MoreButton.tsx'
import { Preview } from './writing/Preview.tsx'
import { useCommands, type Commands } from './writing/useCommands.ts'
import { useSendLater } from './writing/useSendLater.tsx'
import './composer.css'

type Change = (step: DraftStep) => void

interface ComposerProps {
  channelId: ChannelId
  name: string
  /** What the field is called, where that is not "Message" and the name. */
  label?: string
  /** It answers in this thread. */
  thread?: Seq
  /** In a thread of a channel where only moderators write otherwise. */
  threadOnly?: boolean
  /** Files that were dropped on the conversation. */
  dropped?: RefObject<((files: File[]) => void) | null>
  /** For the messages that are replied to and quoted. */
  answering?: RefObject<Answering | null>
  onEditLast?: () => void
  /** Something was said: it stands at the end. */
  onSaid?: () => void
}

/** Drawn again for what is written in it, and not for each message that comes. */
export const Composer = memo(function Composer(props: ComposerProps) {
  const { channelId, name, label = text.conversation.composer(name), thread, dropped, onEditLast } = props
  const [draft, change] = useFollowedDraft({ channelId, thread })
  const [emojiOpen, setEmojiOpen] = useState(false)
  const [inChannel, setInChannel] = useState(false)
  const [previewing, setPreviewing] = useState(false)
  const commands = useCommands(channelId, thread !== undefined)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const typing = useTypingSignal(channelId)
  const attach = useAttach({ channelId, thread }, change)
  const onSaid = () => {
    // The next answer is for the thread again: what everybody reads is chosen each time.
    setInChannel(false)
    props.onSaid?.()
  }
  const send = useSend({ channelId, thread }, { change, inChannel, commands, onSaid })
  const voice = useVoice(
    { channelId, thread },
    { change, inChannel, onSaid, onClosed: () => field.current?.focus() },
  )
  const later = useSendLater(
    { channelId, thread },
    {
      draft,
      field,
      change,
      commands,
      answersOf: (now) => answersOf(thread, inChannel, now),
      onSaid: () => setInChannel(false),
    },
  )
  useAnswering(props.answering, change, field)
  useEffect(() => {
    if (dropped) dropped.current = attach
  })
  const write = (words: string) => {
    change((now) => ({ ...now, text: words }))
    if (words !== '') typing()
  }
  const stopReplying = () => change(withoutAnswer)
  return (
    <>
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault()
          if (voice.isOpen) return
          send()
          field.current?.focus()
        }}
        onKeyDown={(event) => {
          if (isShortcut(event, ATTACH_SHORTCUT)) picker.current?.click()
          if (isShortcut(event, EMOJI_SHORTCUT)) setEmojiOpen(true)
          if (isShortcut(event, LATER_SHORTCUT) && !event.defaultPrevented) {
            event.preventDefault()
            later.menu.onOpen(true)
          }
          if (isShortcut(event, VOICE_SHORTCUT)) {
            event.preventDefault()
            voice.begin()
          }
          if (isShortcut(event, PREVIEW_SHORTCUT)) {
            event.preventDefault()
            setPreviewing(!previewing)
          }
          if (event.target === field.current) formatByKey(event, field.current)
          if (event.key !== 'Escape' || !draft.answers || event.defaultPrevented) return
          event.preventDefault()
          stopReplying()
        }}
      >
        {draft.answers && <ReplyingTo answers={draft.answers} onStop={stopReplying} />}
        <AttachedFiles
          files={draft.files}
          onRemove={(id) => change((now) => ({ ...now, files: now.files.filter((file) => file.id !== id) }))}
        />
        {previewing && <Preview words={draft.text} />}
        {voice.line}
        <div className="composer-line" hidden={voice.isOpen}>
          <AttachButton picker={picker} onFiles={attach} />
          <ComposerField
            field={field}
            label={label}
            channelId={channelId}
            words={draft.text}
            commands={commands.available}
            onWords={write}
            onSend={send}
            onFiles={attach}
            onEditLast={onEditLast}
          />
          <MoreButton
            field={field}
            previewing={previewing}
            onPreview={() => setPreviewing(!previewing)}
            onPoll={commands.beginPoll && (() => commands.beginPoll?.(''))}
          />
          <EmojiPicker
            open={emojiOpen}
            onOpen={setEmojiOpen}
            onEmoji={(sign) => write(insertAt(field.current, draft.text, sign))}
            onClosed={() => field.current?.focus()}
          />
          <SendButton empty={isEmpty(draft)} away={voice.isOpen} onRecord={voice.begin} later={later.menu} />
        </div>
        {thread !== undefined && !props.threadOnly && (
          <AlsoInChannel on={inChannel} onChange={setInChannel} />
        )}
      </form>
      {later.dialog}
      {commands.dialog && (
        <CommandDialog dialog={commands.dialog} channelId={channelId} onClose={commands.closeDialog} />
      )}
    </>
  )
})

function AlsoInChannel({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="also small">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {text.conversation.alsoInChannel}
    </label>
  )
}

function formatByKey(event: KeyboardEvent, field: HTMLTextAreaElement): void {
  const format = formatFor(event, field.selectionStart !== field.selectionEnd)
  if (!format) return
  event.preventDefault()
  applyFormat(field, format)
}

function withoutAnswer({ text: words, files }: Draft): Draft {
  return { text: words, files }
}

function insertAt(field: HTMLTextAreaElement | null, words: string, sign: string): string {
  const start = field?.selectionStart ?? words.length
  const end = field?.selectionEnd ?? words.length
  const [before, after] = [words.slice(0, start), words.slice(end)]
  return before + spaced(before, sign, after) + after
}

/** The stored draft. What is typed into it goes to the user's other devices, and comes from there. */
function useFollowedDraft(place: DraftPlace): [Draft, Change] {
  const [draft, change] = useDraft(place)
  const typed = useKeptDraft(place, draft.text, (words) => change((now) => ({ ...now, text: words })))
  const follow = (step: DraftStep) => {
    const before = readDraft(place).text
    change(step)
    const after = readDraft(place).text
    if (after !== before) typed(after)
  }
  return [draft, follow]
}

/** What a message asks of the field: to reply to it, or to quote it. Either way one writes next. */
function useAnswering(
  answering: RefObject<Answering | null> | undefined,
  change: Change,
  field: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    if (!answering) return
    const answer = (step: DraftStep) => {
      change(step)
      field.current?.focus()
    }
    answering.current = {
      reply: ({ seq, authorName, text: words }: MessageItem) =>
        seq !== undefined && answer((now) => ({ ...now, answers: { seq, author: authorName, words } })),
      quote: (message) => answer((now) => ({ ...now, text: quoted(message.text) + now.text })),
    }
  })
}

function useAttach(place: DraftPlace, change: Change): (files: File[]) => void {
  const { tell } = useTeller()
  const maxBytes = useFileLimit()
  return (files) => {
    const { attachments, problems } = attachable(files, readDraft(place).files.length, maxBytes)
    problems.forEach((words) => tell(words))
    change((draft) => ({ ...draft, files: [...draft.files, ...attachments] }))
  }
}

interface Writing {
  change: Change
  inChannel: boolean
  commands: Commands
  onSaid: () => void
}

/** The engine takes the message over at once and shows it; what it refuses comes back into the field. */
function useSend(place: DraftPlace, { change, inChannel, commands, onSaid }: Writing): () => void {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  return () => {
    const draft = readDraft(place)
    const typed = commands.read(draft.text.trim())
    if (typed === 'kept') return
    if (typed === 'done') return change((now) => ({ ...now, text: '' }))
    const said = { ...draft, text: typed.send }
    if (isEmpty(said)) return
    if (said.text.length > MESSAGE_MAX_CHARACTERS)
      return tell(text.conversation.tooLong(MESSAGE_MAX_CHARACTERS))
    change(() => ({ text: '', files: [] }))
    onSaid()
    hand(engine, place, said, inChannel).catch((error: unknown) => {
      tellProblem(error)
      change(putBack(draft))
    })
  }
}
