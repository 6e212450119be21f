/** Figures of one measurement, and how they are printed: one line each, and all of it as JSON for who compares runs. */
import { cpus, totalmem } from 'node:os'

export interface Figures {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** Of times in milliseconds; at least one. */
export function figuresOf(times: readonly number[]): Figures {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) }
}

export function print(name: string, { count, p50, p95, max }: Figures): void {
  const [a, b, c] = [p50, p95, max].map((time) => `${time.toFixed(time < 10 ? 2 : 0)} ms`)
  process.stdout.write(`${name.padEnd(56)} p50 ${a}, p95 ${b}, max ${c} (${count})\n`)
}

/** All times of one measurement, under a heading. */
export function printMeasured(
  name: string,
  { times, stateBytes }: { times: Record<string, number[]>; stateBytes: number },
): void {
  const kept = stateBytes > 0 ? `: a member keeps ${Math.round(stateBytes / 1024)} KiB` : ''
  process.stdout.write(`\n${name}${kept}\n`)
  for (const [what, each] of Object.entries(times)) print(what, figuresOf(each))
}

/** What the figures were measured on. */
export function describeMachine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} x ${first?.model ?? 'unknown processor'}, ${memory} GB, Node ${process.version}`
}
