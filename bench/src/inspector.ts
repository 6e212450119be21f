/**
 * What a Chromium tells of its pages and workers over its debugging port: how much each holds, what a processor profile says, and a
 * trace of a page's main thread. For measurements in browsers.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'

interface Target {
  readonly sessionId: string
  readonly type: string
  readonly url: string
}

interface Held {
  readonly type: string
  readonly name: string
  /** JavaScript objects. */
  readonly heapMib: number
  /** ArrayBuffers and the memories of WebAssembly. */
  readonly buffersMib: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

const MIB = 2 ** 20
const TRACED = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel']

type Answer = Record<string, unknown>

export class Inspector {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #listeners = new Map<string, (params: Answer) => void>()
  readonly targets = new Map<string, Target>()
  #isProfiling = false
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Answer))
  }

  /** Of a browser that was started with `--remote-debugging-port=0` on this profile. */
  static async open(profile: string): Promise<Inspector> {
    const [port, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false })
    await once(socket, 'open')
    const inspector = new Inspector(socket)
    await inspector.#attach()
    return inspector
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    const id = (this.#lastId += 1)
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }))
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }

  /** Of each event the last listener is told. */
  on(event: string, listener: (params: Answer) => void): void {
    this.#listeners.set(event, listener)
  }

  /** After garbage collection. */
  async held(): Promise<Held[]> {
    const held: Held[] = []
    for (const { sessionId, type, url } of this.targets.values()) {
      await this.send('HeapProfiler.collectGarbage', {}, sessionId)
      const usage = await this.send('Runtime.getHeapUsage', {}, sessionId)
      const [heap, buffers] = [Number(usage['usedSize']), Number(usage['backingStorageSize'] ?? 0)]
      const name = url.replace(/^.*\//, '')
      if (!Number.isNaN(heap)) held.push({ type, name, heapMib: heap / MIB, buffersMib: buffers / MIB })
    }
    return held
  }

  /** Milliseconds of processor time of the longest piece of work in pages' main threads, and by the clock. */
  async traceWork(work: () => Promise<void>): Promise<{ processor: number[]; clock: number[] }> {
    const events: TraceEvent[] = []
    this.#listeners.set('Tracing.dataCollected', ({ value }) => void events.push(...(value as TraceEvent[])))
    const ended = new Promise((resolve) => this.#listeners.set('Tracing.tracingComplete', resolve))
    await this.send('Tracing.start', { traceConfig: { includedCategories: TRACED } })
    await work()
    await this.send('Tracing.end')
    await ended
    const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    const isMain = new Set(mains.map(({ pid, tid }) => `${pid} ${tid}`))
    const tasks = events.filter(
      (event) => event.name.endsWith('RunTask') && isMain.has(`${event.pid} ${event.tid}`),
    )
    const inMs = (of: (event: TraceEvent) => number | undefined) =>
      tasks.map((event) => (of(event) ?? 0) / 1000)
    return { processor: inMs(({ tdur }) => tdur), clock: inMs(({ dur }) => dur) }
  }

  /** Where processor time goes in workers meanwhile, also in those that begin: functions, with the milliseconds spent in each itself. */
  async profile(work: () => Promise<void>): Promise<string[]> {
    this.#isProfiling = true
    for (const target of this.targets.values()) await this.#beginProfile(target)
    await work()
    this.#isProfiling = false
    const workers = [...this.targets.values()].filter(({ type }) => type === 'worker')
    const profiles = await Promise.all(
      workers.map(({ sessionId }) => this.send('Profiler.stop', {}, sessionId)),
    )
    return profiles.flatMap(({ profile }) => (profile ? topOf(profile as Profile) : []))
  }

  async #beginProfile({ sessionId, type }: Target): Promise<void> {
    if (type !== 'worker') return
    await this.send('Profiler.enable', {}, sessionId)
    await this.send('Profiler.start', {}, sessionId)
  }

  close(): void {
    this.#socket.close()
  }

  async #attach(): Promise<void> {
    const wanted = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }
    this.#listeners.set('Target.attachedToTarget', (params) => {
      const { sessionId, targetInfo } = params as {
        sessionId: string
        targetInfo: { type: string; url: string }
      }
      const target = { sessionId, type: targetInfo.type, url: targetInfo.url }
      this.targets.set(sessionId, target)
      if (this.#isProfiling) void this.#beginProfile(target)
      // Workers are attached to by their page.
      if (targetInfo.type === 'page') void this.send('Target.setAutoAttach', wanted, sessionId)
    })
    this.#listeners.set(
      'Target.detachedFromTarget',
      ({ sessionId }) => void this.targets.delete(String(sessionId)),
    )
    await this.send('Target.setAutoAttach', wanted)
  }

  #take(message: Answer): void {
    const { id, method, params, result } = message
    if (id === undefined) return this.#listeners.get(String(method))?.(params as Answer)
    this.#waiting.get(Number(id))?.((result ?? {}) as Answer)
    this.#waiting.delete(Number(id))
  }
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const TOP = 25

function topOf({ nodes, samples, timeDeltas }: Profile): string[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber, columnNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.replace(/^.*\//, '')}:${lineNumber}:${columnNumber}`,
    ]),
  )
  const spent = new Map<string, number>()
  samples.forEach((id, index) => {
    const name = names.get(id) ?? ''
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  })
  const sorted = [...spent].sort(([, a], [, b]) => b - a).slice(0, TOP)
  return sorted.map(([name, ms]) => `${ms.toFixed(0).padStart(7)} ms  ${name}`)
}
