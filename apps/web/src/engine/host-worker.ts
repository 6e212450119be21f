/**
 * The leader's dedicated worker: opens the database, starts the engine, serves it to the tabs, and says every second that it
 * lives. worker.ts is its entry; tests have entries with another engine.
 *
 * 1. It begins when its page tells it its term, and ends by a message to the page, which then terminates it.
 * 2. A heartbeat of a later term ends it: another tab leads now.
 * 3. It hands over only to who asks while its page is hidden and nothing is under way; the database is closed before it says so.
 */
import type { Engine, Ports } from '@reforms/client'
import {
  HEARTBEAT_MS,
  SHARED_CHANNEL,
  type EndReason,
  type EngineCondition,
  type FromWorker,
  type SharedMessage,
  type ToTab,
  type ToWorker,
} from '../platform/link.ts'
import { EngineHost } from './engine-host.ts'

const STOP_WITHIN_MS = 2000

export interface Hosted extends Engine {
  stop(): Promise<void>
}

export interface HostWorkerOptions {
  readonly openPorts: () => Promise<Ports>
  readonly start: (ports: Ports) => Promise<Hosted>
}

interface Running {
  readonly engine: Hosted
  readonly ports: Ports
  readonly host: EngineHost
}

class HostWorker {
  readonly #options: HostWorkerOptions
  readonly #shared = new BroadcastChannel(SHARED_CHANNEL)
  readonly #term: number
  readonly #tab: string
  readonly #heartbeat: ReturnType<typeof setInterval>
  #hidden: boolean
  #condition: EngineCondition
  #running: Running | undefined
  #ending = false

  constructor(options: HostWorkerOptions, lead: Extract<ToWorker, { kind: 'lead' }>) {
    this.#options = options
    this.#term = lead.term
    this.#tab = lead.tab
    this.#hidden = lead.hidden
    this.#condition = lead.condition
    this.#shared.addEventListener('message', ({ data }: MessageEvent<SharedMessage>) => this.#hear(data))
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS)
    this.#beat()
    tellPage({ kind: 'loaded' })
    this.#start().catch((problem: unknown) => {
      console.error(problem)
      this.#tellEnd({ failed: problem instanceof Error ? problem.message : String(problem) })
    })
  }

  noteHidden(hidden: boolean): void {
    this.#hidden = hidden
    this.#beat()
  }

  noteLane(tab: string, port: MessagePort): void {
    this.#running?.host.noteLane(tab, port)
  }

  async #start(): Promise<void> {
    const ports = await this.#options.openPorts()
    const engine = await this.#options.start(ports)
    this.#running = { engine, ports, host: new EngineHost(engine, this.#term, this.#tab, handToPage) }
    this.#condition = { state: 'running' }
    this.#beat()
  }

  #hear(message: SharedMessage): void {
    if (message.kind === 'tab') this.#running?.host.hear(message)
    else if (message.kind === 'hand-over') void this.#handOver(message.to)
    else if (message.kind === 'heartbeat' && message.term > this.#term) void this.#end('superseded')
  }

  async #handOver(to: string): Promise<void> {
    if (!this.#hidden || !this.#running || this.#running.host.busy) return
    if (!(await this.#end('handed-over'))) return
    const message: SharedMessage = { kind: 'handed-over', to }
    this.#shared.postMessage(message)
  }

  /** False when another end is under way. What does not stop in time is cut off with the worker: the database is safe so. */
  async #end(why: EndReason): Promise<boolean> {
    if (this.#ending) return false
    this.#ending = true
    try {
      this.#running?.host.end()
      await Promise.race([
        this.#running?.engine.stop(),
        new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS)),
      ])
      this.#running?.ports.database.close()
    } catch (problem) {
      console.error(problem)
    }
    this.#tellEnd(why)
    return true
  }

  #tellEnd(why: EndReason): void {
    this.#ending = true
    clearInterval(this.#heartbeat)
    tellPage({ kind: 'ended', why })
  }

  #beat(): void {
    if (this.#ending) return
    const heartbeat: SharedMessage = {
      kind: 'heartbeat',
      term: this.#term,
      hidden: this.#hidden,
      ...this.#condition,
    }
    this.#shared.postMessage(heartbeat)
  }
}

function tellPage(message: FromWorker): void {
  self.postMessage(message)
}

function handToPage(message: ToTab, bytes: ArrayBuffer): void {
  self.postMessage({ kind: 'answer', message } satisfies FromWorker, { transfer: [bytes] })
}

/** Waits for the page's word, then hosts the engine that `start` makes. */
export function hostEngine(options: HostWorkerOptions): void {
  let worker: HostWorker | undefined
  reportFaults()
  self.addEventListener('message', ({ data, ports: [port] }: MessageEvent<ToWorker>) => {
    if (data.kind === 'lead') worker ??= new HostWorker(options, data)
    else if (data.kind === 'hidden') worker?.noteHidden(data.hidden)
    else if (port) worker?.noteLane(data.tab, port)
  })
}

/** What nobody caught goes to the page's console, where people and tests look; a worker's own faults do not. */
function reportFaults(): void {
  self.addEventListener('error', (event) => {
    event.preventDefault()
    console.error(event.error ?? event.message)
  })
  self.addEventListener('unhandledrejection', (event) => {
    event.preventDefault()
    console.error(event.reason)
  })
}
