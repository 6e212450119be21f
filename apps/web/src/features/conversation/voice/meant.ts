/** Whether a click is meant for the button that it hits, where that has just taken another's place. For useMeant.ts. */
const PAUSE_MS = 500

interface Click {
  /** How many there were in a row; 0 by keyboard. */
  detail: number
  /** On the clock of `performance.now`. */
  timeStamp: number
}

export function isMeant({ detail, timeStamp }: Click, cameAt: number): boolean {
  return detail <= 1 && timeStamp - cameAt >= PAUSE_MS
}
