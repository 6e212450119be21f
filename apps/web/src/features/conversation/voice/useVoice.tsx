/** A voice message beside what is typed: it is sent by itself, and what is typed stays. For the composer. */
import { useState } from 'react'
import { text } from '../../../text/index.ts'
import { dateAndTimeOf } from '../../../ui/clock.ts'
import { later, useLater } from '../../../ui/later.ts'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { attachmentOf, type Attachment } from '../attachments.ts'
import { putBack, readDraft, type DraftPlace, type DraftStep } from '../drafts.ts'
import { useFileLimit } from '../file-limit.ts'
import { hand } from '../handing.ts'
import type { Recorded } from './recording.ts'

const line = later(async () => (await import('./VoiceLine.tsx')).VoiceLine)

interface Beside {
  change: (step: DraftStep) => void
  inChannel: boolean
  /** The field is there again. */
  onClosed: () => void
}

interface Voice {
  isOpen: boolean
  begin: () => void
  /** What stands in place of the field. */
  line: React.ReactNode
}

export function useVoice(place: DraftPlace, { change, inChannel, onClosed }: Beside): Voice {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const maxBytes = useFileLimit()
  const [open, setOpen] = useState<{ earlier?: Recorded }>()
  const Line = useLater(line, open !== undefined)
  const close = () => {
    setOpen(undefined)
    setTimeout(onClosed)
  }
  const send = (recorded: Recorded) => {
    const attachment = toAttachment(recorded)
    const { name, file } = attachment
    if (file.size > maxBytes) return tell(text.files.tooLarge(name, file.size, maxBytes))
    const draft = { ...readDraft(place), text: '', files: [attachment] }
    change(({ text: words, files }) => ({ text: words, files }))
    close()
    hand(engine, place, draft, inChannel).catch((error: unknown) => {
      tellProblem(error)
      change(putBack(draft))
    })
  }
  const discard = (recorded: Recorded | undefined) => {
    close()
    if (!recorded) return
    tell(text.voice.discarded, { name: text.voice.undo, act: () => setOpen({ earlier: recorded }) })
  }
  return {
    isOpen: open !== undefined,
    begin: () => setOpen((now) => now ?? {}),
    line: open && Line && <Line earlier={open.earlier} onSend={send} onDiscard={discard} />,
  }
}

function toAttachment({ sound, mediaType, ending, durationMs, levels }: Recorded): Attachment {
  const name = text.voice.fileName(dateAndTimeOf(Date.now()).replaceAll(/[:/\\]/g, '.'), ending)
  const file = new File([sound], name, { type: mediaType })
  return attachmentOf(file, { waveform: { durationMs, levels } })
}
