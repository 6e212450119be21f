/** What to do where a part of a file cannot be had: it is asked for again as long as the connection is what is missing. For history.ts. */
import { problemOf } from '../../watch/problem.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
/** Of a server that is there, and answers that it cannot now. */
const BUSY_TRIES = 6
const BUSY = ['rate-limited', 'shutting-down', 'unavailable']

interface Waiting {
  signal: AbortSignal
  /** Told with every attempt that finds no connection. */
  onOffline: () => void
}

/** Rejects as `ask` does, where asking again is of no use; and with AbortError. */
export async function persistently<T>(ask: () => Promise<T>, { signal, onOffline }: Waiting): Promise<T> {
  let busy = 0
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      const { code } = problemOf(error)
      if (code === 'offline') onOffline()
      else if (!BUSY.includes(code) || (busy += 1) >= BUSY_TRIES) throw error
    }
    await pause(pauseMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
  signal.throwIfAborted()
}
