/** What the service worker and a page say to each other about a file that is read as a stream. Both sides import it. */

/** A path below it names a file by a token, which only the page that made it understands. */
export const STREAM_FOLDER = '/file-stream/'
/** Says that the file is to be saved. */
export const SAVE_QUERY = '?save'

/** To every page, with a port: the one that made the token answers on it with FileFacts, then each RangeRequest with RangeAnswer. */
export interface StreamRequest {
  readonly kind: 'file-stream'
  readonly token: string
  /** Names this reading of the file. */
  readonly reader: string
}

export interface FileFacts {
  /** Absent where it is made while it is saved: then its parts are asked for in turn, whatever their range, until an empty one. */
  readonly size?: number
  readonly mediaType: string
  readonly name: string
}

/** From `start` up to `end`. */
export interface RangeRequest {
  readonly start: number
  readonly end: number
}

/** Whoever saves a file that is being made wants no more of it. */
export interface SavingEnded {
  readonly kind: 'saving-ended'
}

/** Without bytes: it cannot be read, unless the answer is yet to come. */
export interface RangeAnswer {
  readonly bytes?: Uint8Array<ArrayBuffer>
  /** What is made waits, as for a connection: the page is there still. */
  readonly waiting?: true
}

/** A service worker that hears nothing is ended in the middle of a stream. */
export interface StayAwake {
  readonly kind: 'stay-awake'
}
