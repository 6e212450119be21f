/** A long range of a file, read in pieces that the engine gives at once, and again where one cannot be had. */

/** The engine gives at most 8 MiB. */
const PIECE_BYTES = 4 * 1024 * 1024

/** From `start` up to `end`, whole; rejects as `read` does. */
export async function onePiece(
  start: number,
  end: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const whole = new Uint8Array(end - start)
  for (let at = start; at < end; at += PIECE_BYTES)
    whole.set(await read(at, Math.min(end, at + PIECE_BYTES)), at - start)
  return whole
}

const AGAIN_MIN_MS = 1000
const AGAIN_MAX_MS = 30_000
/** Some minutes: for what a connection that was lost comes back in. */
const TIMES_MAX = 8

/** Rejects as the last attempt did, once `isWanted` says that nobody waits for it any more, or after many attempts. */
export async function persistently<T>(
  work: () => Promise<T>,
  isWanted: () => boolean,
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): Promise<T> {
  for (let times = 1; ; times += 1) {
    try {
      return await work()
    } catch (problem) {
      if (times === TIMES_MAX || !isWanted()) throw problem
      await wait(Math.min(AGAIN_MAX_MS, AGAIN_MIN_MS * 2 ** (times - 1)))
      if (!isWanted()) throw problem
    }
  }
}
