/** Runs workloads on systems, by turns, and keeps every figure: what one round did to the machine, all systems share. */
import { Load } from './load.ts'
import type { Measured } from './measured.ts'
import { ROUNDS } from './sizes.ts'
import type { CrowdShape, System } from './system.ts'
import type { Row, Workload } from './workload.ts'

export interface Outcome {
  readonly rows: Row[]
  /** What was left out, and why: system and reason. */
  readonly leftOut: { readonly workload: number; readonly system: string; readonly why: string }[]
}

async function runOnce(
  workload: Workload,
  shape: CrowdShape,
  system: System,
  round: number,
): Promise<Row[]> {
  const rows: Row[] = []
  const running = await system.start(shape)
  const load = new Load()
  const place = { workload: workload.number, people: shape.people, system: system.name, round }
  const keep = (name: string, measured: Measured, more = {}) =>
    void rows.push({ ...measured, ...place, ...more, load: name })
  try {
    await workload.run({ shape, running, load, keep })
    await load.obey({ order: 'close' })
  } finally {
    await load.end()
    await running.stop()
  }
  return rows
}

/** `said` is called with each row as it comes. */
export async function runAll(
  workloads: readonly Workload[],
  systems: readonly System[],
  said: (row: Row) => void,
): Promise<Outcome> {
  const outcome: Outcome = { rows: [], leftOut: [] }
  for (const workload of workloads)
    for (const shape of workload.shapes)
      for (let round = 1; round <= ROUNDS; round += 1)
        for (const system of systems) await turn(outcome, workload, shape, system, round, said)
  return outcome
}

async function turn(
  { rows, leftOut }: Outcome,
  workload: Workload,
  shape: CrowdShape,
  system: System,
  round: number,
  said: (row: Row) => void,
): Promise<void> {
  const name = { workload: workload.number, system: system.name }
  if (leftOut.some((other) => other.workload === name.workload && other.system === name.system)) return
  const why = system.missing() ?? workload.without?.(system, shape)
  if (why !== undefined) return void leftOut.push({ ...name, why })
  try {
    for (const row of await runOnce(workload, shape, system, round)) {
      rows.push(row)
      said(row)
    }
  } catch (problem) {
    // The others go on; ours must not fail unseen.
    leftOut.push({ ...name, why: `failed: ${String(problem).split('\n', 1)[0]}` })
  }
}
