/** How large the workloads are: short by default, as the issue asks with BENCH_FULL=1, or each by a variable of its own. */
export const isFull = process.env['BENCH_FULL'] === '1'

/** BENCH_ROOMS=20 and so on. */
export function size(name: string, short: number, full: number): number {
  return Number(process.env[`BENCH_${name}`] ?? (isFull ? full : short))
}

/** BENCH_RATES=2500,5000 and so on. */
export function sizes(name: string, short: readonly number[], full: readonly number[]): readonly number[] {
  return process.env[`BENCH_${name}`]?.split(',').map(Number) ?? (isFull ? full : short)
}

/** Of each stretch of load. */
export const SECONDS = size('SECONDS', 4, 20)
export const ROUNDS = size('ROUNDS', 3, 3)
export const CONNECTING_AT_ONCE = 20
