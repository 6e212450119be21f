/** Words of files on their way, and of looking at them. */
import { sizeOf } from '../ui/size.ts'
import { number } from './language.ts'

const FRACTION_OF = (done: number, of: number) => `${sizeOf(done)} of ${sizeOf(of)}`

export const filesText = {
  tooLarge: (name: string, bytes: number, maxBytes: number) =>
    `“${name}” is ${sizeOf(bytes)}, so it was not attached. Your organisation allows files up to ${sizeOf(maxBytes)}.`,
  progress: 'How much of the files is sent',
  preparing: (done: number, of: number) =>
    `Encrypting, ${FRACTION_OF(done, of)}. Keep this page open until that is done.`,
  waiting: (done: number, of: number) => `Waiting to be sent, ${FRACTION_OF(done, of)}`,
  uploading: (done: number, of: number) => `Sending, ${FRACTION_OF(done, of)}`,
  paused: (done: number, of: number) => `Paused, ${FRACTION_OF(done, of)}`,
  pause: 'Pause sending',
  resume: 'Go on sending',
  cancel: 'Cancel sending',
  previous: 'Previous image',
  next: 'Next image',
  placeOf: (place: number, count: number) => `${place} of ${count}`,
  enlarge: 'Show at full size',
  fit: 'Fit to the window',
  open: (name: string) => `Open ${name}`,
  pdfPages: 'Pages',
  pdfPage: (page: number) => `Page ${page}`,
  pdfPageFailed: (page: number) => `Page ${page} could not be drawn.`,
  pdfLoading: (done: string, of: string) => `Opening, ${done} of ${of} read`,
  pdfPlace: 'Page',
  pdfOf: (pages: number) => `of ${number(pages)}`,
  pdfFirst: (shown: number, pages: number) =>
    `These are the first ${number(shown)} of ${number(pages)} pages. Download the document to see the others.`,
  pdfPrevious: 'Previous page',
  pdfNext: 'Next page',
  pdfSmaller: 'Smaller',
  pdfLarger: 'Larger',
  pdfPassword: 'Password of this document',
  pdfPasswordHint: 'Whoever made it has locked it. The password is used here only, and not kept.',
  pdfPasswordWrong: 'This is not the password.',
  pdfUnlock: 'Open',
  pdfFailed: {
    broken: 'This document is damaged, or is no PDF. Download it to try another program.',
    unreadable: 'The document could not be read. Close it and try again, or download it.',
    tooLarge: 'This document is too large to be opened here. Download it to see it.',
  },
}
