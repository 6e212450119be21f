/**
 * A Chromium on a profile that has an account already, driven over its debugging port alone, for measurements of memory. Playwright
 * listens to the network: a page and each of its workers then keep up to 100 MB of what they were answered, for an inspector to show.
 */
import { CHROMIUM_FLAGS, chromiumPath } from '@reforms/testkit'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Inspector } from './inspector.ts'
import { INSPECTED } from './screen.ts'

const POLL_MS = 50
/** A page has settled by then. */
const SETTLED_MS = 3000
/** What takes longer than a large file may has failed. */
const LIMIT_MS = 30 * 60_000
const START_MS = 30_000

export class BareScreen {
  readonly folder: string
  readonly #process: ChildProcess
  readonly #browser: Inspector
  readonly #pages: string[]
  /** The one that is driven. */
  #page: string

  private constructor(folder: string, process: ChildProcess, browser: Inspector, page: string) {
    this.folder = folder
    this.#process = process
    this.#browser = browser
    this.#pages = [page]
    this.#page = page
  }

  static async open(folder: string, address: string): Promise<BareScreen> {
    const said = join(folder, 'DevToolsActivePort')
    rmSync(said, { force: true })
    const flags = [...CHROMIUM_FLAGS, INSPECTED, '--headless=new', '--window-size=1440,900', '--lang=en-GB']
    const process = spawn(chromiumPath(), [...flags, `--user-data-dir=${folder}`, 'about:blank'], {
      stdio: 'ignore',
    })
    try {
      await poll(() => existsSync(said), START_MS)
      await sleep(POLL_MS)
      const browser = await Inspector.open(folder)
      const screen = new BareScreen(folder, process, browser, await newestPage(browser))
      await screen.#send('Page.navigate', { url: address })
      await screen.#settled()
      return screen
    } catch (problem) {
      process.kill()
      throw problem
    }
  }

  /** A tab in another window, which is driven from now on. Beside it in one window the first would be hidden, and hand the engine over. */
  async openTab(address: string): Promise<void> {
    await this.#browser.send('Target.createTarget', { url: address, newWindow: true })
    await poll(async () => {
      this.#page = await newestPage(this.#browser)
      return !this.#pages.includes(this.#page)
    }, START_MS)
    this.#pages.push(this.#page)
    await this.#settled()
  }

  /** In the order in which they were opened, from 0 on. */
  turnTo(tab: number): void {
    this.#page = this.#pages[tab] ?? this.#page
  }

  async attach(path: string): Promise<void> {
    const { root } = (await this.#send('DOM.getDocument')) as { root: { nodeId: number } }
    const input = { nodeId: root.nodeId, selector: 'input[type=file]' }
    await this.#send('DOM.setFileInputFiles', {
      ...(await this.#send('DOM.querySelector', input)),
      files: [path],
    })
  }

  async write(words: string): Promise<void> {
    await this.evaluate("document.querySelector('[role=textbox], textarea').focus()")
    await this.#send('Input.insertText', { text: words })
  }

  /** The first button of such a name. */
  async press(name: RegExp): Promise<void> {
    const button = `[...document.querySelectorAll('button')].find((each) => ${name}.test(each.ariaLabel ?? each.textContent.trim()))`
    await this.until(`${button}?.disabled === false`)
    await this.evaluate(`${button}.click()`)
  }

  /** What pressing it saves, under a name of the browser's in a folder. */
  async save(name: RegExp, folder: string): Promise<string> {
    const behaviour = { behavior: 'allowAndName', downloadPath: folder, eventsEnabled: true }
    await this.#browser.send('Browser.setDownloadBehavior', behaviour)
    const saved = new Promise<string>((resolve, reject) => {
      this.#browser.on('Browser.downloadProgress', ({ state, guid }) => {
        if (state === 'completed') resolve(join(folder, String(guid)))
        else if (state === 'canceled') reject(new Error('the browser gave up saving the file'))
      })
    })
    await this.press(name)
    return saved
  }

  until(condition: string): Promise<void> {
    return poll(async () => (await this.evaluate(condition)) === true, LIMIT_MS)
  }

  async evaluate(expression: string): Promise<unknown> {
    const asked = { expression, awaitPromise: true, returnByValue: true }
    const { result } = (await this.#send('Runtime.evaluate', asked)) as { result?: { value?: unknown } }
    return result?.value
  }

  async close(): Promise<void> {
    this.#browser.close()
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }

  #send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    return this.#browser.send(method, params, this.#page)
  }

  async #settled(): Promise<void> {
    await this.until("document.querySelector('[role=textbox], textarea') !== null")
    await this.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await sleep(SETTLED_MS)
  }
}

async function newestPage({ targets }: Inspector): Promise<string> {
  const newest = () => [...targets.values()].filter(({ type }) => type === 'page').at(-1)
  await poll(() => newest() !== undefined, START_MS)
  return newest()!.sessionId
}

async function poll(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`The browser did not come so far in ${withinMs / 1000} s`)
    await sleep(POLL_MS)
  }
}
