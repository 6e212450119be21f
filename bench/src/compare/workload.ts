/** A workload: which crowd it needs, and what is done with it on one system that runs. */
import type { LoadOrder } from '../load/load-process.ts'
import type { Load } from './load.ts'
import { measure, type Measured } from './measured.ts'
import { CONNECTING_AT_ONCE } from './sizes.ts'
import type { CrowdShape, Running, System } from './system.ts'

/** One line of the raw data. */
export interface Row extends Measured {
  readonly workload: number
  readonly people: number
  readonly system: string
  readonly load: string
  readonly round: number
  /** KiB of resident memory for each connection, where it was measured. */
  readonly memoryEach?: number
}

export interface Stage {
  readonly system: System
  readonly shape: CrowdShape
  readonly running: Running
  readonly load: Load
  keep(name: string, measured: Measured, more?: { readonly memoryEach: number }): void
}

export interface Workload {
  readonly number: number
  readonly title: string
  readonly shapes: readonly CrowdShape[]
  /** Why this system does not take part. */
  without?(system: System, shape: CrowdShape): string | undefined
  run(stage: Stage): Promise<void>
}

export function measured(stage: Stage, order: LoadOrder): Promise<Measured> {
  return measure(stage.running, stage.load, order)
}

export async function connectAll(stage: Stage, atOnce = CONNECTING_AT_ONCE): Promise<Measured> {
  const { target, crowd } = stage.running
  return measured(stage, { order: 'connect', target, crowd, atOnce, who: 'everybody' })
}

/** So many messages in each room, said by the first of its members while nobody else is there. */
export async function fillRooms({ running, load }: Stage, perRoom: number): Promise<void> {
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: 1, who: 'first of each room' })
  await load.obey({ order: 'fill', perRoom })
  await load.obey({ order: 'close' })
}
