/** One range of bytes, as a request asks for it (RFC 9110, section 14.2). */

/** Both inclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/

/** Several ranges, or what is no range, count as asking for everything: RFC 9110 leaves that to the server. */
export function rangeOf(
  header: string | undefined,
  size: number,
): ByteRange | 'everything' | 'unsatisfiable' {
  const [, first, last] = RANGE.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'everything'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return 'everything'
  return start >= size ? 'unsatisfiable' : { start, end }
}
