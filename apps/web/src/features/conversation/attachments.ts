/** Files on their way into a message: read, measured, refused with words where they are too large. */
import { IntentError, type IntentInput } from '@reforms/client'
import { text } from '../../text/index.ts'
import { thumbnailOf } from './thumbnail.ts'

export type OutgoingFile = IntentInput<'message.send'>['files'][number]

/** Of an image, or of a voice message. */
type FileFacts = Pick<OutgoingFile, 'width' | 'height' | 'thumbnail' | 'waveform'>

/** A handle: its bytes are read when it is sent. */
export interface Attachment {
  /** Names it in the composer's list. */
  id: number
  file: File
  name: string
  mediaType: string
  /** Known a moment after it was attached; never rejects. */
  measured: Promise<FileFacts>
}

export const FILES_MAX = 10
/** Pictures that a browser draws safely; anything else is a file. SVG is a document, so it is a file. */
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']

/** What loads quickly needs none. */
const WITHOUT_THUMBNAIL_MAX_BYTES = 256 * 1024

let lastId = 0

export function isImage(mediaType: string): boolean {
  return IMAGE_TYPES.includes(mediaType)
}

/** What fits of what was chosen, at once, and why the rest does not. */
export function attach(
  files: readonly File[],
  already: number,
  maxBytes: number,
): { attachments: Attachment[]; problems: string[] } {
  const room = Math.max(0, FILES_MAX - already)
  const tooMany = files.length > room ? [text.conversation.tooMany(FILES_MAX)] : []
  const considered = files.slice(0, room)
  const tooLarge = considered
    .filter((file) => file.size > maxBytes)
    .map((file) => text.files.tooLarge(file.name, file.size, maxBytes))
  const attachments = considered.filter((file) => file.size <= maxBytes).map(toAttachment)
  return { attachments, problems: [...tooMany, ...tooLarge] }
}

function toAttachment(file: File): Attachment {
  const mediaType = file.type || 'application/octet-stream'
  return { id: ++lastId, file, name: file.name || 'file', mediaType, measured: measure(file, mediaType) }
}

/** A file whose facts are known already. */
export function attachmentOf(file: File, facts: FileFacts): Attachment {
  const { name, type: mediaType } = file
  return { id: ++lastId, file, name, mediaType, measured: Promise.resolve(facts) }
}

/** Rejects with words where the file cannot be read, as a folder or one that was changed. */
async function outgoing({ file, name, mediaType, measured }: Attachment): Promise<OutgoingFile> {
  const firstByte = file.slice(0, 1).arrayBuffer()
  await firstByte.catch(() => {
    throw new IntentError({ code: 'internal', message: text.conversation.unreadable(name) })
  })
  return { name, mediaType, bytes: file, ...(await measured) }
}

let before: Promise<unknown> = Promise.resolve()

/** What is sent first is ready first, however large its files are. Rejects as `outgoing` does. */
export function inOrder(attachments: readonly Attachment[]): Promise<OutgoingFile[]> {
  const ready = before.then(() => Promise.all(attachments.map(outgoing)))
  before = ready.catch(() => undefined)
  return ready
}

/** An image's size goes with the message, so that the place for it is right before it is there; of a large one, a small picture too. */
async function measure(file: File, mediaType: string): Promise<FileFacts> {
  if (!isImage(mediaType)) return {}
  try {
    const bitmap = await createImageBitmap(file)
    const size = { width: bitmap.width, height: bitmap.height }
    const thumbnail = file.size > WITHOUT_THUMBNAIL_MAX_BYTES ? await thumbnailOf(bitmap) : undefined
    bitmap.close()
    return { ...size, ...(thumbnail ? { thumbnail } : {}) }
  } catch {
    return {}
  }
}
