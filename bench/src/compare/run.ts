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

interface Turn {
  readonly workload: Workload
  readonly shape: CrowdShape
  readonly system: System
  readonly round: number
}

async function runOnce({ workload, shape, system, round }: Turn): Promise<Row[]> {
  const rows: Row[] = []
  const running = await system.start(shape)
  const load = new Load()
  const place = { workload: workload.number, people: shape.people, system: system.name, round }
  const keep = (name: string, measured: Measured, more = {}) =>
    void rows.push({ ...measured, ...place, ...more, load: name })
  try {
    await workload.run({ system, shape, running, load, keep })
    await load.obey({ order: 'close' })
  } finally {
    await load.end()
    await running.stop()
  }
  return rows
}

function turnsOf(workloads: readonly Workload[], systems: readonly System[]): Turn[] {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round + 1)
  return workloads.flatMap((workload) =>
    workload.shapes.flatMap((shape) =>
      rounds.flatMap((round) => systems.map((system) => ({ workload, shape, system, round }))),
    ),
  )
}

/** `said` is called with each row as it comes. What fails is left out from then on: the others go on. */
export async function runAll(
  workloads: readonly Workload[],
  systems: readonly System[],
  said: (row: Row) => void,
): Promise<Outcome> {
  const { rows, leftOut }: Outcome = { rows: [], leftOut: [] }
  for (const turn of turnsOf(workloads, systems)) {
    const name = { workload: turn.workload.number, system: turn.system.name }
    if (leftOut.some(({ workload, system }) => workload === name.workload && system === name.system)) continue
    const why = turn.system.missing() ?? turn.workload.without?.(turn.system, turn.shape)
    if (why !== undefined) {
      leftOut.push({ ...name, why })
      continue
    }
    try {
      const found = await runOnce(turn)
      rows.push(...found)
      for (const row of found) said(row)
    } catch (problem) {
      leftOut.push({ ...name, why: `failed: ${String(problem).split('\n', 1)[0]}` })
    }
  }
  return { rows, leftOut }
}
