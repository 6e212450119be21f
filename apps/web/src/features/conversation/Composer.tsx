/** Where a message is written: one line that grows, files beside it, Enter sends. What is typed is kept per channel. */
import type { ChannelId } from '@reforms/protocol'
import { ArrowUp } from 'lucide-react'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { ATTACH_SHORTCUT, EMOJI_SHORTCUT, isShortcut } from '../frame/shortcuts.ts'
import { AttachButton } from './AttachButton.tsx'
import { AttachedFiles } from './AttachedFiles.tsx'
import { readFiles } from './attachments.ts'
import { ComposerField } from './ComposerField.tsx'
import { keepDraft, readDraft, type Draft } from './drafts.ts'
import { EmojiPicker } from './EmojiPicker.tsx'
import { useTypingSignal } from './useTypingSignal.ts'
import './composer.css'

/** What fits into one entry with room for encryption, even where every character takes four bytes. */
export const MESSAGE_MAX_CHARACTERS = 40_000

interface ComposerProps {
  channelId: ChannelId
  name: string
  /** Files that were dropped on the conversation. */
  dropped: RefObject<((files: File[]) => void) | null>
}

export function Composer({ channelId, name, dropped }: ComposerProps) {
  const [draft, setDraft] = useDraft(channelId)
  const [emojiOpen, setEmojiOpen] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const typing = useTypingSignal(channelId)
  const attach = useAttach(draft, setDraft)
  const send = useSend(channelId, draft, setDraft)
  useEffect(() => {
    dropped.current = attach
  })
  const write = (words: string) => {
    setDraft({ ...draft, text: words })
    if (words !== '') typing()
  }
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
      }}
    >
      <AttachedFiles
        files={draft.files}
        onRemove={(id) => setDraft({ ...draft, files: draft.files.filter((file) => file.id !== id) })}
      />
      <div className="composer-line">
        <AttachButton picker={picker} onFiles={attach} />
        <ComposerField
          field={field}
          name={name}
          words={draft.text}
          onWords={write}
          onSend={send}
          onFiles={attach}
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
    </form>
  )
}

function insertAt(field: HTMLTextAreaElement | null, words: string, sign: string): string {
  const start = field?.selectionStart ?? words.length
  const end = field?.selectionEnd ?? words.length
  return words.slice(0, start) + sign + words.slice(end)
}

function useDraft(channelId: ChannelId): [Draft, (draft: Draft) => void] {
  const [draft, setDraft] = useState(() => readDraft(channelId))
  const change = (next: Draft) => {
    keepDraft(channelId, next)
    setDraft(next)
  }
  return [draft, change]
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

/** The engine takes the message over at once and shows it; what it refuses comes back into the field. */
function useSend(channelId: ChannelId, draft: Draft, setDraft: (draft: Draft) => void): () => void {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  return () => {
    const words = draft.text.trim()
    if (words === '' && draft.files.length === 0) return
    if (words.length > MESSAGE_MAX_CHARACTERS) return tell(text.conversation.tooLong(MESSAGE_MAX_CHARACTERS))
    const files = draft.files.map(({ id: _, ...file }) => file)
    setDraft({ text: '', files: [] })
    engine.send('message.send', { channelId, text: words, files }).catch((error: unknown) => {
      tellProblem(error)
      if (readDraft(channelId).text === '') setDraft(draft)
    })
  }
}
