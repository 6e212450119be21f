/** Blob: the handlers of its operations. The dispatcher imports this; other features import the noun they need. */
import type { Handlers } from '../../ports/call.ts'
import { announcementHandlers } from './announcement.ts'
import { downloadHandlers } from './download.ts'
import { uploadHandlers } from './upload.ts'

export const blobHandlers = {
  ...announcementHandlers,
  ...uploadHandlers,
  ...downloadHandlers,
} satisfies Partial<Handlers>

export { eraseStandingStill } from './erasure.ts'
export { sweeper } from './sweep.ts'
