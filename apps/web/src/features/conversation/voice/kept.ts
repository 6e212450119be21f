/** Recordings that were neither sent nor discarded: they wait among the files of their conversation's draft. For useVoice.tsx. */
import { text } from '../../../text/index.ts'
import { dateAndTimeOf } from '../../../ui/clock.ts'
import { attachmentOf, type Attachment } from '../attachments.ts'
import { changeDraft, type DraftPlace } from '../drafts.ts'
import type { Recorded } from './recording.ts'

/** However many files are there already: it is nowhere else. */
export function keepInDraft(place: DraftPlace, recorded: Recorded): void {
  changeDraft(place, (draft) => ({ ...draft, files: [...draft.files, toAttachment(recorded)] }))
}

export function toAttachment({ sound, mediaType, ending, durationMs, levels }: Recorded): Attachment {
  const name = text.voice.fileName(dateAndTimeOf(Date.now()).replaceAll(/[:/\\]/g, '.'), ending)
  const file = new File([sound], name, { type: mediaType })
  return attachmentOf(file, { waveform: { durationMs, levels } })
}
