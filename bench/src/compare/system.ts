/** A system under comparison: how it is started, and what the load has to know of it. */
import type { CrowdPlan, Target } from '../load/client.ts'

/** How many people there are, and who sits together. */
export interface CrowdShape {
  readonly people: number
  /** Members of each room; direct channels where it is two. Everybody is in exactly one. */
  readonly roomSize: number
}

export interface Running {
  readonly target: Target
  readonly crowd: CrowdPlan
  /** Processes now: the system itself, and its database where it has one. */
  serverPids(): number[]
  databasePids(): number[]
  /** Killed, and started again on the same port: nobody is connected any more. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface System {
  readonly name: string
  /** One line: what it is, and what it does with a message besides delivering it. */
  readonly description: string
  /** Whether it keeps what was said, and can be asked for it. */
  readonly keeps: boolean
  /** Debian's packages that bring it, where it is not ours. */
  readonly packages?: readonly string[]
  /** Why it cannot run here, if it cannot. */
  missing(): string | undefined
  /** With a crowd of this shape, none of whom is connected. */
  start(shape: CrowdShape): Promise<Running>
}
