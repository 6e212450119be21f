/** Words of files on their way, and of looking at them. */
import { sizeOf } from '../ui/size.ts'

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
}
