/** Files on their way into a message: read, measured, refused with words where they are too large. */
import { IntentError, type IntentInput } from '@reforms/client'
import { text } from '../../text/index.ts'

export type OutgoingFile = IntentInput<'message.send'>['files'][number]

type ImageSize = Pick<OutgoingFile, 'width' | 'height'>

/** A handle: its bytes are read when it is sent. */
export interface Attachment {
  /** Names it in the composer's list. */
  id: number
  file: File
  name: string
  mediaType: string
  /** Known a moment after it was attached; never rejects. */
  measured: Promise<ImageSize>
}

/** What a person may attach; the limit on the wire leaves room for encryption. */
export const FILE_MAX_BYTES = 25 * 1024 * 1024
export const FILES_MAX = 10
/** Pictures that a browser draws safely; anything else is a file. SVG is a document, so it is a file. */
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']

let lastId = 0

export function isImage(mediaType: string): boolean {
  return IMAGE_TYPES.includes(mediaType)
}

/** What fits of what was chosen, at once, and why the rest does not. */
export function attach(
  files: readonly File[],
  already: number,
): { attachments: Attachment[]; problems: string[] } {
  const room = Math.max(0, FILES_MAX - already)
  const tooMany = files.length > room ? [text.conversation.tooMany(FILES_MAX)] : []
  const considered = files.slice(0, room)
  const tooLarge = considered
    .filter((file) => file.size > FILE_MAX_BYTES)
    .map((file) => text.conversation.tooLarge(file.name, file.size))
  const attachments = considered.filter((file) => file.size <= FILE_MAX_BYTES).map(toAttachment)
  return { attachments, problems: [...tooMany, ...tooLarge] }
}

function toAttachment(file: File): Attachment {
  const mediaType = file.type || 'application/octet-stream'
  return { id: ++lastId, file, name: file.name || 'file', mediaType, measured: measure(file, mediaType) }
}

/** Rejects with words where the file can no longer be read. */
export async function outgoing({ file, name, mediaType, measured }: Attachment): Promise<OutgoingFile> {
  const bytes = await file.arrayBuffer().catch(() => {
    throw new IntentError({ code: 'internal', message: text.conversation.unreadable(name) })
  })
  return { name, mediaType, bytes: new Uint8Array(bytes), ...(await measured) }
}

let before: Promise<unknown> = Promise.resolve()

/** What is sent first is ready first, however large its files are. Rejects as `outgoing` does. */
export function inOrder(attachments: readonly Attachment[]): Promise<OutgoingFile[]> {
  const ready = before.then(() => Promise.all(attachments.map(outgoing)))
  before = ready.catch(() => undefined)
  return ready
}

/** An image's size goes with the message, so that the place for it is right before it is there. */
async function measure(file: File, mediaType: string): Promise<ImageSize> {
  if (!isImage(mediaType)) return {}
  try {
    const bitmap = await createImageBitmap(file)
    const size = { width: bitmap.width, height: bitmap.height }
    bitmap.close()
    return size
  } catch {
    return {}
  }
}
