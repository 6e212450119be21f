/** Where a message is written: one line that grows, files beside it, Enter sends. What is typed is kept per channel. */
import type { ChannelId } from '@reforms/protocol'
import { ArrowUp, Paperclip } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { ATTACH_SHORTCUT, EMOJI_SHORTCUT, isShortcut } from '../frame/shortcuts.ts'
import { AttachedFiles } from './AttachedFiles.tsx'
import { readFiles } from './attachments.ts'
import { keepDraft, readDraft, type Draft } from './drafts.ts'
import { EmojiPicker } from './EmojiPicker.tsx'
import { useTypingSignal } from './useTypingSignal.ts'
import './composer.css'

/** What fits into one entry with room for encryption, even where every character takes four bytes. */
export const MESSAGE_MAX_CHARACTERS = 40_000
const TALLEST_PX = 260

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
  useGrowing(field, draft.text)
  useFocusOnOpening(field)
  useEffect(() => {
    dropped.current = attach
  })
  const empty = draft.text.trim() === '' && draft.files.length === 0

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      send()
    }
    if (isShortcut(event.nativeEvent, ATTACH_SHORTCUT)) picker.current?.click()
    if (isShortcut(event.nativeEvent, EMOJI_SHORTCUT)) setEmojiOpen(true)
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
        field.current?.focus()
      }}
    >
      <AttachedFiles
        files={draft.files}
        onRemove={(id) => setDraft({ ...draft, files: draft.files.filter((file) => file.id !== id) })}
      />
      <div className="composer-line">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={text.conversation.attach}
          onChange={(event) => {
            attach([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
        <IconButton
          name={text.conversation.attach}
          shortcut={ATTACH_SHORTCUT}
          icon={<Paperclip size={20} />}
          onClick={() => picker.current?.click()}
        />
        <textarea
          ref={field}
          className="composer-field"
          aria-label={text.conversation.composer(name)}
          placeholder={text.conversation.composer(name)}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          value={draft.text}
          onChange={(event) => {
            setDraft({ ...draft, text: event.target.value })
            if (event.target.value !== '') typing()
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return
            event.preventDefault()
            attach([...event.clipboardData.files])
          }}
        />
        <EmojiPicker
          open={emojiOpen}
          onOpen={setEmojiOpen}
          onEmoji={(sign) => setDraft({ ...draft, text: insertAt(field.current, draft.text, sign) })}
          onClosed={() => field.current?.focus()}
        />
        <IconButton
          type="submit"
          look="filled"
          name={text.conversation.send}
          shortcut="Enter"
          disabled={empty}
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

/** Whoever opens a conversation writes next. On touch screens the keyboard would cover what they came to read. */
function useFocusOnOpening(field: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const dialogOpen = document.querySelector('[role="dialog"], [role="alertdialog"]') !== null
    if (!dialogOpen && matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true })
  }, [field])
}

function useGrowing(field: RefObject<HTMLTextAreaElement | null>, words: string): void {
  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(TALLEST_PX, element.scrollHeight)}px`
  }, [field, words])
}
