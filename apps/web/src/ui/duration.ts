/** How long something takes, as players write it: 0:07, 1:02:03. */
const SECONDS_A_MINUTE = 60

export function durationOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const minutes = Math.floor(seconds / SECONDS_A_MINUTE)
  const [hours, rest] = [Math.floor(minutes / SECONDS_A_MINUTE), minutes % SECONDS_A_MINUTE]
  const small = String(seconds % SECONDS_A_MINUTE).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(rest).padStart(2, '0')}:${small}` : `${rest}:${small}`
}
