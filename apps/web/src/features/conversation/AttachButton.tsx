/** The paper clip: opens the system's file picker. */
import { Paperclip } from 'lucide-react'
import type { RefObject } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { ATTACH_SHORTCUT } from '../frame/shortcuts.ts'

interface AttachButtonProps {
  picker: RefObject<HTMLInputElement | null>
  onFiles: (files: File[]) => void
}

export function AttachButton({ picker, onFiles }: AttachButtonProps) {
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={text.conversation.attach}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // The same file can be chosen again.
          event.target.value = ''
        }}
      />
      <IconButton
        name={text.conversation.attach}
        shortcut={ATTACH_SHORTCUT}
        icon={<Paperclip size={20} />}
        onClick={() => picker.current?.click()}
      />
    </>
  )
}
