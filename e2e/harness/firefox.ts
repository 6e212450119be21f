/**
 * A person in Firefox, for the story of the main journey: Playwright cannot drive the Firefox of a distribution, Puppeteer does, by
 * WebDriver BiDi. What to press and where to write is found by the words that are written there. Not by role, as elsewhere: Firefox
 * takes seconds to look through all that a screen reader is told.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import puppeteer, { type Page } from 'puppeteer-core'
import { expect, onTestFinished } from 'vitest'
import { DESKTOP } from './browser.ts'
import { ARRIVAL_MS, PASSWORD } from './person.ts'

const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/snap/bin/firefox']
/** A test's own time ends first. */
const COMMAND_MS = 120_000
/** Into a folder, without a question. */
const savingTo = (folder: string) => ({
  'browser.download.folderList': 2,
  'browser.download.dir': folder,
  'browser.download.always_ask_before_handling_new_types': false,
})

/** Undefined where there is none. FIREFOX names another. */
export function findFirefox(): string | undefined {
  const named = process.env['FIREFOX']
  return named ? (existsSync(named) ? named : undefined) : PLACES.find((place) => existsSync(place))
}

export class FirefoxPerson {
  readonly name: string
  readonly page: Page
  readonly #saved: string

  private constructor(name: string, page: Page, saved: string) {
    this.name = name
    this.page = page
    this.#saved = saved
  }

  /** A fresh profile, which goes with the test. */
  static async open(name: string, executablePath: string): Promise<FirefoxPerson> {
    const saved = mkdtempSync(join(tmpdir(), 'reforms-saved-'))
    onTestFinished(() => rmSync(saved, { recursive: true }))
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      protocolTimeout: COMMAND_MS,
      defaultViewport: DESKTOP,
      extraPrefsFirefox: savingTo(saved),
    })
    onTestFinished(() => browser.close())
    const page = (await browser.pages())[0] ?? (await browser.newPage())
    page.setDefaultTimeout(ARRIVAL_MS)
    const person = new FirefoxPerson(name, page, saved)
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') await person.photograph(task.name)
    })
    return person
  }

  /** The same person in another tab. */
  async inTab(): Promise<FirefoxPerson> {
    const page = await this.page.browserContext().newPage()
    page.setDefaultTimeout(ARRIVAL_MS)
    await page.goto(this.page.url())
    return new FirefoxPerson(this.name, page, this.#saved)
  }

  async photograph(title: string): Promise<void> {
    mkdirSync('test-results', { recursive: true })
    const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    await this.page.screenshot({ path: `test-results/${name}-firefox.png` })
  }

  /** A button or a link. */
  press(name: string): Promise<void> {
    const named = `normalize-space(.)="${name}" or @aria-label="${name}"`
    return this.page.locator(`::-p-xpath(//*[self::button or self::a][${named}])`).click()
  }

  /** Into the field of this label. */
  type(label: string, text: string): Promise<void> {
    const labelled = `@aria-label="${label}" or @id=//label[normalize-space(.)="${label}"]/@for`
    return this.page.locator(`::-p-xpath(//*[self::input or self::textarea][${labelled}])`).fill(text)
  }

  async reads(text: string): Promise<void> {
    await this.page.locator(`article ::-p-text(${text})`).wait()
  }

  /** Saves a file of a message, and gives what is on the disk then. */
  async saves(name: string): Promise<Buffer> {
    await this.press(`Download ${name}`)
    // Its place is taken at once; what has come so far has another name beside it.
    const path = join(this.#saved, name)
    const whole = () => readdirSync(this.#saved).join() === name && readFileSync(path).length > 0
    await expect.poll(whole, { timeout: ARRIVAL_MS }).toBe(true)
    const bytes = readFileSync(path)
    rmSync(path)
    return bytes
  }

  /** Through an invitation link to the end, the phrase and its two words included. */
  async register(link: string): Promise<void> {
    const { page } = this
    await page.goto(link)
    await this.type('Your name', this.name)
    await this.type('User name', this.name.toLowerCase().replaceAll(' ', '.'))
    await page.locator('input[type=password]').fill(PASSWORD)
    await this.press('Continue')
    await page.locator('[aria-label="Recovery phrase words"] li').wait()
    const words = await page.$$eval('[aria-label="Recovery phrase words"] li span:last-child', (spans) =>
      spans.map(({ textContent }) => textContent),
    )
    await this.press('I have written them down')
    await page.locator('label ::-p-text(Word)').wait()
    const asked = await page.$$eval('label', (labels) => labels.map(({ textContent }) => textContent.trim()))
    for (const label of asked.filter((each) => /^Word \d+$/.test(each)))
      await this.type(label, words[Number(label.replace(/\D/g, '')) - 1]!)
    await this.press('Create account')
    await this.press('Open messages')
    await page.locator('nav[aria-label="Conversations"]').wait()
  }

  /** From within: once a page has saved something, Puppeteer waits in vain for it to arrive anywhere. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((to) => void (location.hash = to), hash)
  }

  async joinChannel(name: string): Promise<void> {
    await this.go('#/browse')
    await this.press(`Join ${name}`)
    await this.page.locator(`[aria-label="Message ${name}"]`).wait()
  }

  async say(conversation: string, text: string): Promise<void> {
    await this.type(`Message ${conversation}`, text)
    await this.page.keyboard.press('Enter')
    await this.reads(text)
  }
}
