/** A tab with the hosts' page, as tests drive it. The engine in it counts (apps/web/hosts/counting-engine.ts). */
import type { Engine } from '@reforms/client'
import type { BrowserContext, Page } from 'playwright-core'

/** What the page itself has. */
interface Hosts {
  connect: (
    lateMs: number,
  ) => Engine & { onProblem(listener: (problem: string | undefined) => void): () => void }
  runContract: () => Promise<{ title: string; problem?: string }[]>
  runCut: (afterMs: number) => Promise<CutOff>
  engine: ReturnType<Hosts['connect']>
  count: number | undefined
  notified: number
  problem: string | undefined
}
type HostsWindow = typeof globalThis & Hosts

/** What a worker found in its database, and up to where it had counted when it was cut off. */
export interface CutOff {
  readonly found: { readonly counts: readonly number[]; readonly rows: number; readonly whole: boolean }
  readonly committed: number
}

export type Refusal = { code: string; message: string; detail?: Record<string, unknown> }

/** A lock of the tab that is asked about: it tells which of all tabs that is. */
export const PROBE = 'probe'

export class HostsTab {
  readonly page: Page

  private constructor(page: Page) {
    this.page = page
  }

  static async open(context: BrowserContext, url: string): Promise<HostsTab> {
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForFunction(() => 'connect' in globalThis)
    return new HostsTab(page)
  }

  /** Connects to the engine, watches the count and hears notifications. `lateMs`: until it takes part. */
  static async connected(context: BrowserContext, url: string, lateMs = 0): Promise<HostsTab> {
    const tab = await HostsTab.open(context, url)
    await tab.page.evaluate((late) => {
      const hosts = globalThis as HostsWindow
      hosts.engine = hosts.connect(late)
      hosts.notified = 0
      hosts.engine.watch('connection', {}, ({ waiting }) => (hosts.count = waiting))
      hosts.engine.onNotification(() => (hosts.notified += 1))
      hosts.engine.onProblem((problem) => (hosts.problem = problem))
    }, lateMs)
    return tab
  }

  runContract(): Promise<{ title: string; problem?: string }[]> {
    return this.page.evaluate(() => (globalThis as HostsWindow).runContract())
  }

  runCut(afterMs: number): Promise<CutOff> {
    return this.page.evaluate((ms) => (globalThis as HostsWindow).runCut(ms), afterMs)
  }

  /** The output, or the problem of the IntentError. */
  send(intent: string, input: object = {}): Promise<{ output?: unknown; problem?: Refusal }> {
    return this.page.evaluate(
      async ([intent, input]) => {
        const { engine } = globalThis as HostsWindow
        try {
          return { output: (await engine.send(intent as never, input as never)) as unknown }
        } catch (error) {
          return { problem: (error as { problem: Refusal }).problem }
        }
      },
      [intent, input] as const,
    )
  }

  async engineName(): Promise<string> {
    const { output } = await this.send('server.info')
    return (output as { name: string }).name
  }

  async add(text = 'one'): Promise<void> {
    const { problem } = await this.send('message.send', { text })
    if (problem) throw new Error(problem.message)
  }

  /** Waits until this tab has been told the count. */
  async sees(count: number, withinMs = 5000): Promise<void> {
    await this.page.waitForFunction((wanted) => (globalThis as HostsWindow).count === wanted, count, {
      timeout: withinMs,
      polling: 20,
    })
  }

  /** As a tab does that has not heard its welcome yet. It has to hold PROBE. */
  async announceAgain(): Promise<void> {
    await this.page.evaluate(async (probe) => {
      const { held = [], pending = [] } = await navigator.locks.query()
      const ours = /^reforms-tab-(.+)$/
      const { clientId } = held.find(({ name }) => name === probe)!
      const lock = [...held, ...pending].find(
        (each) => each.clientId === clientId && ours.test(each.name ?? ''),
      )
      const tab = ours.exec(lock?.name ?? '')?.[1]
      if (tab === undefined) throw new Error('this tab holds no lock')
      new BroadcastChannel('reforms-engine').postMessage({ kind: 'tab', tab, visible: true, term: undefined })
    }, PROBE)
  }

  notified(): Promise<number> {
    return this.page.evaluate(() => (globalThis as HostsWindow).notified)
  }

  /** Why the engine cannot run, as this tab was told. */
  problem(): Promise<string | undefined> {
    return this.page.evaluate(() => (globalThis as HostsWindow).problem)
  }

  /** Holds a lock in this tab, until the returned function is called. */
  async holdLock(name: string): Promise<() => Promise<void>> {
    await this.page.evaluate(
      (name) =>
        new Promise<void>((held) => {
          const hold = () => new Promise<void>((release) => (Object.assign(globalThis, { release }), held()))
          void navigator.locks.request(name, hold)
        }),
      name,
    )
    return () => this.page.evaluate(() => (globalThis as unknown as { release: () => void }).release())
  }

  /** Headless pages are always visible: the page is told otherwise. */
  async setHidden(hidden: boolean): Promise<void> {
    await this.page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  }
}
