/** The load, from outside: a process of its own, so that what the clients cost is not counted to the server. */
import { once } from 'node:events'
import type { LoadOrder, LoadReport } from '../load/load-process.ts'
import { endProcess, startTypescript } from './typescript-process.ts'

export class Load {
  readonly #child = startTypescript(new URL('../load/load-process.ts', import.meta.url))

  async obey(order: LoadOrder): Promise<LoadReport> {
    this.#child.send(order)
    const [report] = (await once(this.#child, 'message')) as [LoadReport]
    if (report.problem !== undefined) throw new Error(report.problem)
    return report
  }

  end(): Promise<void> {
    return endProcess(this.#child)
  }
}
