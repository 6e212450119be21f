/**
 * What counts as a hang of a decoder: a second of this process's own work. Not of the clock, by which whatever else the machine
 * does would be judged too. For tests only.
 */
const HANG_MS = 1000

/** Begins to count; what is returned throws where more than that has been worked meanwhile. */
export function watchForHang(): () => void {
  const began = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(began)
    const workedMs = (user + system) / 1000
    if (workedMs > HANG_MS) throw new Error(`A hang: ${Math.round(workedMs)} ms of work`)
  }
}
