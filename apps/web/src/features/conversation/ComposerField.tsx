/**
 * The composer's text: one line that grows. Enter sends, Shift-Enter begins a line, pasted files are attached. Browsers keep what
 * is typed on disk, to restore the page, unless the field says that nothing is to be completed.
 */
import { useEffect, useLayoutEffect, type KeyboardEvent, type RefObject } from 'react'
import { text } from '../../text/index.ts'

const TALLEST_PX = 260

interface ComposerFieldProps {
  field: RefObject<HTMLTextAreaElement | null>
  name: string
  words: string
  onWords: (words: string) => void
  onSend: () => void
  onFiles: (files: File[]) => void
}

export function ComposerField({ field, name, words, onWords, onSend, onFiles }: ComposerFieldProps) {
  useGrowing(field, words)
  useFocusOnOpening(field)
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed, as in Japanese, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    onSend()
  }
  return (
    <textarea
      ref={field}
      className="composer-field"
      aria-label={text.conversation.composer(name)}
      placeholder={text.conversation.composer(name)}
      rows={1}
      dir="auto"
      enterKeyHint="send"
      autoComplete="off"
      value={words}
      onChange={(event) => onWords(event.target.value)}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return
        event.preventDefault()
        onFiles([...event.clipboardData.files])
      }}
    />
  )
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
