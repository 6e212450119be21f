/** Work of which only the latest outcome counts, such as reading something whole, however often it is asked for. */

/**
 * One run is under way at most, and one after it, for all who asked meanwhile: a run that had begun may have missed what they
 * ask about. Each is told how the run ended that began after they asked.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const run = (): Promise<void> => {
    next = undefined
    const now = work()
    running = now
    const ended = () => {
      if (next === undefined) running = undefined
    }
    now.then(ended, ended)
    return now
  }
  return () => {
    if (!running) return run()
    next ??= running.then(run, run)
    return next
  }
}
