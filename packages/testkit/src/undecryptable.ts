/**
 * How many messages somebody could not read who should have been able to: looked up whenever a person leaves (person.ts), and held
 * against what their scenario file says it expects (../scenarios/undecryptable.setup.ts). In most there is none.
 */
import type { Database } from '@reforms/client'
import { setTimeout as sleep } from 'node:timers/promises'

/** What is on its way is let come: the keys of somebody's first minute, say. */
const PATIENCE_MS = 3000
const POLL_MS = 50

/** Those that the screen says wait for their key, where this device has a leaf; what was said before their user came is not theirs. */
const CLOSED = `SELECT count(*) AS closed FROM entry e JOIN channel c ON c.channel_id = e.channel_id
  WHERE e.kind = 'message' AND e.state = 'waiting' AND e.seq >= c.joined_seq AND c.place = 'member' AND c.device_in = 1`

interface Left {
  whose: string | undefined
  closed: number
}

/** As each device had it when its program was last closed: what it missed until it came back is not counted. */
const left = new Map<Database, Left>()
let expected = 0

/** A database that is closed, or dead for the story's sake, tells nothing any more. */
function closedIn(database: Database): number | undefined {
  try {
    return Number(database.all(CLOSED)[0]?.['closed'])
  } catch {
    return undefined
  }
}

function note(database: Database, whose: string | undefined): void {
  const before = left.get(database)
  const closed = closedIn(database) ?? before?.closed ?? 0
  left.set(database, { whose: whose ?? before?.whose, closed })
}

/** Before somebody's program ends. Undefined where nothing new is to be waited for, so that it ends at once. */
export function countUndecryptable(database: Database, whose: string | undefined): Promise<void> | undefined {
  const known = left.get(database)?.closed ?? 0
  if ((closedIn(database) ?? 0) > known) return countLater(database, whose, known)
  note(database, whose)
  return undefined
}

async function countLater(database: Database, whose: string | undefined, known: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while ((closedIn(database) ?? 0) > known && Date.now() < deadline) await sleep(POLL_MS)
  note(database, whose)
}

/** What a file's stories leave closed, at most, on all devices together: those of who attacks, and where nobody with the key came back. */
export function expectUndecryptable(atMost: number): void {
  expected = atMost
}

/** What a file's stories left closed; the next file begins with nothing. `whose` names those who have some, with how many. */
export function takeUndecryptable(): { counted: number; expected: number; whose: string } {
  const some = [...left.values()].filter(({ closed }) => closed > 0)
  const taken = {
    counted: some.reduce((sum, { closed }) => sum + closed, 0),
    expected,
    whose: some.map(({ whose, closed }) => `${whose ?? 'somebody'} ${closed}`).join(', '),
  }
  left.clear()
  expected = 0
  return taken
}
