/** What is known of one channel's work between two steps: in memory only, for what the database does not say. For work.ts. */
import type { Entry } from '@reforms/protocol'

export interface Work {
  running: boolean
  again: boolean
  /** Live entries that have not been applied. */
  inbox: Entry[]
  turnWanted: boolean
  /** Ends the wait before a turn that is wanted. */
  cancelWanted: (() => void) | undefined
  removalPending: boolean
  turnId: string | undefined
  /** Since when this device has been waiting for a Welcome. */
  waitingSince: number | undefined
  /** The generation in which this device has nobody to bring back: when it last looked nobody waited, or another has founded it. */
  aloneIn: number | undefined
  /** When this device last renewed an epoch here, by its own clock, which may be far ahead of the server's. */
  renewedAt: number | undefined
  /** How often in a row sending was refused although nothing was left to catch up with. */
  behind: number
  /** How often in a row there was nothing to fetch although the server's log is said to be longer. */
  short: number
  /** How often in a row the log was another than the one here. */
  diverged: number
  /** How often in a row the group that the server shows was refused. */
  refused: number
  attempts: number
  cancelTimer: (() => void) | undefined
}

export function newWork(): Work {
  return {
    running: false,
    again: false,
    inbox: [],
    turnWanted: false,
    cancelWanted: undefined,
    removalPending: false,
    turnId: undefined,
    waitingSince: undefined,
    aloneIn: undefined,
    renewedAt: undefined,
    behind: 0,
    short: 0,
    diverged: 0,
    refused: 0,
    attempts: 0,
    cancelTimer: undefined,
  }
}

/** Whatever waits for a turn is seen to, or is told of again. */
export function wantNoTurn(work: Work): void {
  work.turnWanted = false
  work.cancelWanted?.()
  work.cancelWanted = undefined
}
