/** Where a message is written: one line that grows, files beside it, Enter sends. What is typed is kept per channel and thread. */
import type { ChannelId, Seq } from '@reforms/protocol'
import { ArrowUp } from 'lucide-react'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { ATTACH_SHORTCUT, EMOJI_SHORTCUT, isShortcut } from '../frame/shortcuts.ts'
import type { MessageItem } from './acts.ts'
import { AttachButton } from './AttachButton.tsx'
import { AttachedFiles } from './AttachedFiles.tsx'
import { readFiles } from './attachments.ts'
import { ComposerField } from './ComposerField.tsx'
import { keepDraft, readDraft, type Draft, type DraftPlace } from './drafts.ts'
import { EmojiPicker } from './EmojiPicker.tsx'
import { MESSAGE_MAX_CHARACTERS } from './message-length.ts'
import { quoted } from './quoted.ts'
import { ReplyingTo } from './ReplyingTo.tsx'
import type { Answering } from './useConversationActs.ts'
import { useTypingSignal } from './useTypingSignal.ts'
import './composer.css'

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
}

export function Composer(props: ComposerProps) {
  const { channelId, name, label = text.conversation.composer(name), thread, dropped, onEditLast } = props
  const [draft, setDraft] = useDraft({ channelId, thread })
  const [emojiOpen, setEmojiOpen] = useState(false)
  const [inChannel, setInChannel] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const typing = useTypingSignal(channelId)
  const attach = useAttach(draft, setDraft)
  const send = useSend({ channelId, thread }, { draft, setDraft, inChannel })
  useAnswering(props.answering, draft, setDraft, field)
  useEffect(() => {
    if (dropped) dropped.current = attach
  })
  const write = (words: string) => {
    setDraft({ ...draft, text: words })
    if (words !== '') typing()
  }
  const stopReplying = () => setDraft(withoutAnswer(draft))
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
        field.current?.focus()
      }}
      onKeyDown={(event) => {
        if (isShortcut(event, ATTACH_SHORTCUT)) picker.current?.click()
        if (isShortcut(event, EMOJI_SHORTCUT)) setEmojiOpen(true)
        if (event.key !== 'Escape' || !draft.answers || event.defaultPrevented) return
        event.preventDefault()
        stopReplying()
      }}
    >
      {draft.answers && <ReplyingTo answers={draft.answers} onStop={stopReplying} />}
      <AttachedFiles
        files={draft.files}
        onRemove={(id) => setDraft({ ...draft, files: draft.files.filter((file) => file.id !== id) })}
      />
      <div className="composer-line">
        <AttachButton picker={picker} onFiles={attach} />
        <ComposerField
          field={field}
          label={label}
          channelId={channelId}
          words={draft.text}
          onWords={write}
          onSend={send}
          onFiles={attach}
          onEditLast={onEditLast}
        />
        <EmojiPicker
          open={emojiOpen}
          onOpen={setEmojiOpen}
          onEmoji={(sign) => write(insertAt(field.current, draft.text, sign))}
          onClosed={() => field.current?.focus()}
        />
        <IconButton
          type="submit"
          look="filled"
          name={text.conversation.send}
          shortcut="Enter"
          disabled={draft.text.trim() === '' && draft.files.length === 0}
          icon={<ArrowUp size={20} />}
        />
      </div>
      {thread !== undefined && !props.threadOnly && (
        <label className="also small">
          <input
            type="checkbox"
            checked={inChannel}
            onChange={(event) => setInChannel(event.target.checked)}
          />
          {text.conversation.alsoInChannel}
        </label>
      )}
    </form>
  )
}

function withoutAnswer({ text: words, files }: Draft): Draft {
  return { text: words, files }
}

function insertAt(field: HTMLTextAreaElement | null, words: string, sign: string): string {
  const start = field?.selectionStart ?? words.length
  const end = field?.selectionEnd ?? words.length
  return words.slice(0, start) + sign + words.slice(end)
}

function useDraft({ channelId, thread }: DraftPlace): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => readDraft({ channelId, thread }))
  const change = (next: Draft) => {
    keepDraft({ channelId, thread }, next)
    setDraft(next)
  }
  return [draft, change]
}

/** What a message asks of the field: to reply to it, or to quote it. Either way one writes next. */
function useAnswering(
  answering: RefObject<Answering | null> | undefined,
  draft: Draft,
  setDraft: (draft: Draft) => void,
  field: RefObject<HTMLTextAreaElement | null>,
): void {
  useEffect(() => {
    if (!answering) return
    const answer = (next: Draft) => {
      setDraft(next)
      field.current?.focus()
    }
    answering.current = {
      reply: ({ seq, authorName, text: words }: MessageItem) =>
        seq !== undefined && answer({ ...draft, answers: { seq, author: authorName, words } }),
      quote: (message) => answer({ ...draft, text: quoted(message.text) + draft.text }),
    }
  })
}

function useAttach(draft: Draft, setDraft: (draft: Draft) => void): (files: File[]) => void {
  const { tell } = useTeller()
  const latest = useRef(draft)
  useEffect(() => {
    latest.current = draft
  })
  return (files) => {
    void readFiles(files, latest.current.files.length).then(({ attachments, problems }) => {
      problems.forEach(tell)
      if (attachments.length > 0) {
        setDraft({ ...latest.current, files: [...latest.current.files, ...attachments] })
      }
    })
  }
}

interface Writing {
  draft: Draft
  setDraft: (draft: Draft) => void
  inChannel: boolean
}

/** The engine takes the message over at once and shows it; what it refuses comes back into the field. */
function useSend(place: DraftPlace, { draft, setDraft, inChannel }: Writing): () => void {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const { channelId, thread } = place
  return () => {
    const words = draft.text.trim()
    if (words === '' && draft.files.length === 0) return
    if (words.length > MESSAGE_MAX_CHARACTERS) return tell(text.conversation.tooLong(MESSAGE_MAX_CHARACTERS))
    const files = draft.files.map(({ id: _, ...file }) => file)
    setDraft({ text: '', files: [] })
    const answers = answersOf(thread, inChannel, draft)
    const message = { channelId, text: words, files, ...(answers ? { answers } : {}) }
    engine.send('message.send', message).catch((error: unknown) => {
      tellProblem(error)
      if (readDraft(place).text === '') setDraft(draft)
    })
  }
}

function answersOf(thread: Seq | undefined, inChannel: boolean, { answers }: Draft) {
  if (thread !== undefined) return { as: 'thread' as const, seq: thread, inChannel }
  return answers ? { as: 'reply' as const, seq: answers.seq } : undefined
}
