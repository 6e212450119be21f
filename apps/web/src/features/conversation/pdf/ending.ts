/** The end of a PDF's worker. For pdf-document.ts. */

/** To say goodbye. */
const END_WITHIN_MS = 1000

/** A document can keep its worker busy without end, which then never answers `destroy`: it is cut off all the same. */
export function endWithin(destroy: () => Promise<void>, terminate: () => void): void {
  const late = setTimeout(terminate, END_WITHIN_MS)
  destroy()
    .catch(() => undefined)
    .finally(() => {
      clearTimeout(late)
      terminate()
    })
}
