/**
 * Work that is due once the next frame is on the screen, however often it is asked for until then: what is drawn already, such as a
 * message that has come, is seen first.
 */

/** A page that is not painted, in the background or under another window, has no frames. */
const WITHOUT_FRAMES_MS = 50

export function onceAFrame(work: () => void): () => void {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    let afterFrame: ReturnType<typeof setTimeout> | undefined
    const done = () => {
      cancelAnimationFrame(frame)
      clearTimeout(afterFrame)
      clearTimeout(timer)
      isDue = false
      work()
    }
    // A task after the frame's callbacks: the frame itself comes between.
    const frame = requestAnimationFrame(() => (afterFrame = setTimeout(done)))
    const timer = setTimeout(done, WITHOUT_FRAMES_MS)
  }
}
