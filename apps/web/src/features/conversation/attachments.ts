/** Files on their way into a message: read, measured, refused with words where they are too large. */
import type { IntentInput } from '@reforms/client'
import { text } from '../../text/index.ts'

export type OutgoingFile = IntentInput<'message.send'>['files'][number]
export interface Attachment extends OutgoingFile {
  /** Names it in the composer's list. */
  id: number
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

export async function readFiles(
  files: readonly File[],
  already: number,
): Promise<{ attachments: Attachment[]; problems: string[] }> {
  const problems: string[] = []
  const room = FILES_MAX - already
  if (files.length > room) problems.push(text.conversation.tooMany(FILES_MAX))
  const attachments: Attachment[] = []
  for (const file of files.slice(0, Math.max(0, room))) {
    if (file.size > FILE_MAX_BYTES) problems.push(text.conversation.tooLarge(file.name, file.size))
    else {
      const attachment = await readFile(file)
      if (attachment) attachments.push(attachment)
      else problems.push(text.conversation.unreadable(file.name))
    }
  }
  return { attachments, problems }
}

async function readFile(file: File): Promise<Attachment | undefined> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const mediaType = file.type || 'application/octet-stream'
    return { id: ++lastId, name: file.name || 'file', mediaType, bytes, ...(await measure(file, mediaType)) }
  } catch {
    return undefined
  }
}

/** An image's size goes with the message, so that the place for it is right before it is there. */
async function measure(file: File, mediaType: string): Promise<{ width?: number; height?: number }> {
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
