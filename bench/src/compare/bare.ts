/** The bare fan-out as a system: the floor that the runtime itself sets. */
import { once } from 'node:events'
import { planRooms } from './crowd-plan.ts'
import type { CrowdShape, Running, System } from './system.ts'
import { endProcess, startTypescript } from './typescript-process.ts'

export const BARE: System = {
  name: 'bare ws',
  description: 'Node and `ws` alone: each message to all in its room, nothing checked, nothing stored',
  keeps: false,
  missing: () => undefined,
  start,
}

async function start(shape: CrowdShape): Promise<Running> {
  const run = (...parameters: string[]) =>
    startTypescript(new URL('bare-process.ts', import.meta.url), ...parameters)
  let child = run()
  const [port] = (await once(child, 'message')) as [number]
  const restart = async () => {
    await endProcess(child)
    child = run(`${port}`)
    await once(child, 'message')
  }
  return {
    target: { dialect: 'bare', port },
    crowd: planRooms(shape),
    // The source is translated in a process of its own.
    serverPids: () => [child.pid!],
    databasePids: () => [],
    restart,
    stop: () => endProcess(child),
  }
}
