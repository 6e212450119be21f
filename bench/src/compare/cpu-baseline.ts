/**
 * What a delivery cost when it was last looked at, as a multiple of the bare fan-out, by processor: on one, JavaScript is dearer beside the
 * system's calls than on another. bench/baseline.json; `npm run bench -- baseline` writes the entry of the machine that it runs on.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

export interface CpuBaseline {
  readonly cpuPerDelivery: number
  readonly least: number
  readonly most: number
}

const FILE = new URL('../../baseline.json', import.meta.url)
const processor = () => cpus()[0]?.model ?? 'unknown processor'

function read(): Record<string, CpuBaseline> {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, CpuBaseline>
}

/** A processor that was never measured is allowed what the dearest known one is. */
export function cpuBaseline(): CpuBaseline {
  const known = read()
  const dearest = Object.values(known).reduce((one, other) =>
    one.cpuPerDelivery > other.cpuPerDelivery ? one : other,
  )
  return known[processor()] ?? dearest
}

export function keepCpuBaseline(baseline: CpuBaseline): void {
  writeFileSync(FILE, `${JSON.stringify({ ...read(), [processor()]: baseline }, null, 2)}\n`)
}
