/** When what the page has drawn first is on the screen; on a page that nobody looks at, at once. For main.tsx. */

/** Frames may stand still, on a page that is covered by another window. */
const LATEST_MS = 500

export function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    setTimeout(resolve, LATEST_MS)
    // A task after the next frame's callbacks: the frame itself comes between.
    requestAnimationFrame(() => setTimeout(resolve))
  })
}
