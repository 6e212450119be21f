/**
 * The composer's text: one line that grows. Enter sends, Shift-Enter begins a line. Browsers keep what
 * is typed on disk, to restore the page, unless the field says that nothing is to be completed.
 */
import type { ChannelId } from '@reforms/protocol'
import { useEffect, useLayoutEffect, type KeyboardEvent, type RefObject } from 'react'
import { EmojiList, emojiListProps } from '../emoji/EmojiList.tsx'
import { useEmojiCompletion } from '../emoji/useEmojiCompletion.ts'
import { MENTION_LIST_ID, MentionList, optionId } from './MentionList.tsx'
import { useMentions } from './useMentions.ts'
import { CommandList, listProps, useCommandCompletion } from './writing/CommandList.tsx'
import type { CommandName } from './writing/commands.ts'
import { insertWords } from './writing/field.ts'
import { readPasted } from './writing/pasting.ts'

interface ComposerFieldProps {
  field: RefObject<HTMLTextAreaElement | null>
  label: string
  channelId: ChannelId
  words: string
  /** Which can be used here. */
  commands: readonly CommandName[]
  onWords: (words: string) => void
  onSend: () => void
  onFiles: (files: File[]) => void
  onEditLast: (() => void) | undefined
}

export function ComposerField(props: ComposerFieldProps) {
  const { field, label, channelId, words, commands, onWords, onSend, onFiles, onEditLast } = props
  const mentions = useMentions(channelId, words, field, onWords)
  const emoji = useEmojiCompletion(words, field, onWords)
  const completion = useCommandCompletion(words, commands, onWords)
  const { suggestions, place } = mentions
  const isOpen = suggestions.length > 0
  useGrowing(field, words)
  useFocusOnOpening(field)
  const onKeyDown = (event: KeyboardEvent) => {
    if (mentions.onKey(event) || emoji.onKey(event) || completion.onKey(event)) return
    if (event.key === 'ArrowUp' && words === '' && onEditLast) {
      event.preventDefault()
      return onEditLast()
    }
    // While a word is being composed, as in Japanese, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    onSend()
  }
  return (
    <>
      {isOpen && <MentionList suggestions={suggestions} place={place} onTake={mentions.take} />}
      <EmojiList {...emoji} />
      <CommandList {...completion} />
      <textarea
        ref={field}
        className="composer-field"
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={isOpen ? MENTION_LIST_ID : undefined}
        aria-activedescendant={isOpen ? optionId(place) : undefined}
        {...listProps(completion)}
        {...emojiListProps(emoji)}
        placeholder={label}
        rows={1}
        dir="auto"
        enterKeyHint="send"
        autoComplete="off"
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onSelect={({ currentTarget: { selectionStart } }) => {
          mentions.onCaret(selectionStart)
          emoji.onCaret(selectionStart)
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = readPasted(event.clipboardData)
          if (!pasted) return
          event.preventDefault()
          if ('files' in pasted) onFiles(pasted.files)
          else insertWords(event.currentTarget, pasted.words)
        }}
      />
    </>
  )
}

/** Whoever opens a conversation writes next. On touch screens the keyboard would cover what they came to read. */
function useFocusOnOpening(field: RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const dialogOpen = document.querySelector('[role="dialog"], [role="alertdialog"]') !== null
    if (!dialogOpen && matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true })
  }, [field])
}

/** Where the browser does it by itself (`field-sizing`), it is not measured: that would lay out the whole page in between. */
const GROWS_BY_ITSELF = CSS.supports('field-sizing', 'content')

/** A field is as high as its words, also once there is more or less room for them. `composer.css` has how high at most. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, words: string): void {
  useLayoutEffect(() => {
    if (!GROWS_BY_ITSELF) fit(field.current)
  }, [field, words])
  useEffect(() => {
    const element = field.current
    if (!element || GROWS_BY_ITSELF) return
    let { clientWidth } = element
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === clientWidth) return
      clientWidth = element.clientWidth
      fit(element)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [field])
}

function fit(element: HTMLTextAreaElement | null): void {
  if (!element) return
  element.style.height = 'auto'
  element.style.height = `${element.scrollHeight}px`
}
