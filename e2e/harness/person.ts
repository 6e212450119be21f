/** What a person does on the screen, by the names that are written there. One function for each thing that people say they do. */
import type { Locator, Page } from 'playwright-core'
import { openProfile, type Profile, type ProfileOptions } from './browser.ts'

/** Long enough for a commit turn or a reconnect, on a busy machine. */
export const ARRIVAL_MS = 30_000
export const PASSWORD = 'correct horse battery staple'

export class BrowserPerson {
  readonly profile: Profile
  readonly name: string
  phrase = ''

  private constructor(profile: Profile, name: string) {
    this.profile = profile
    this.name = name
  }

  /** A fresh browser in which this person is nobody yet. */
  static async open(name: string, options: ProfileOptions = {}): Promise<BrowserPerson> {
    return new BrowserPerson(await openProfile(name, options), name)
  }

  /** Opens a set-up or invitation link in a fresh browser, and goes through it to the end. */
  static async join(name: string, link: string, options: ProfileOptions = {}): Promise<BrowserPerson> {
    const person = await BrowserPerson.open(name, options)
    await person.register(link)
    return person
  }

  /** The same person in another fresh browser, made a device by the phrase. */
  static async restore(
    owner: BrowserPerson,
    serverUrl: string,
    options: ProfileOptions = {},
  ): Promise<BrowserPerson> {
    const person = await BrowserPerson.open(owner.name, options)
    person.phrase = owner.phrase
    await person.signIn(serverUrl, owner.userName, PASSWORD)
    await person.page.getByLabel('Word 1', { exact: true }).fill(owner.phrase)
    await person.page.getByRole('button', { name: 'Confirm', exact: true }).click()
    await person.conversations().waitFor({ timeout: ARRIVAL_MS })
    return person
  }

  /** What this person does in another tab of the same browser. */
  inTab(page: Page): BrowserPerson {
    return new BrowserPerson({ ...this.profile, page }, this.name)
  }

  get page(): Page {
    return this.profile.page
  }

  /** As the page suggests it: `Ben Okafor` becomes `ben.okafor`. */
  get userName(): string {
    return this.name.toLowerCase().replaceAll(' ', '.')
  }

  /** The first step of joining, up to the phrase. */
  async enterDetails(link: string): Promise<void> {
    const { page } = this
    await page.goto(link)
    await page.getByLabel('Your name').fill(this.name)
    await page.getByLabel('User name').fill(this.userName)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    this.phrase = await this.readPhrase()
  }

  async signIn(serverUrl: string, userName: string, password: string): Promise<void> {
    const { page } = this
    await page.goto(serverUrl)
    await page.getByLabel('User name').fill(userName)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  async register(link: string): Promise<void> {
    const { page } = this
    await this.enterDetails(link)
    await page.getByRole('button', { name: 'I have written them down' }).click()
    await this.confirmPhrase()
    await page.getByRole('button', { name: 'Create account' }).click()
    await page
      .getByRole('button', { name: /^(Open messages|Look around first)$/ })
      .click({ timeout: ARRIVAL_MS })
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  }

  async readPhrase(): Promise<string> {
    const words = this.page.getByRole('list', { name: 'Recovery phrase words' }).getByRole('listitem')
    await words.first().waitFor({ timeout: ARRIVAL_MS })
    return (await words.locator('span:last-child').allInnerTexts()).join(' ')
  }

  /** Types whichever two words are asked for. */
  async confirmPhrase(): Promise<void> {
    const fields = this.page.getByLabel(/^Word \d+$/)
    await fields.first().waitFor()
    for (const field of await fields.all()) {
      const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '')
      await field.fill(this.phrase.split(' ')[Number(label.replace(/\D/g, '')) - 1] ?? '')
    }
  }

  /** Goes to a place by its hash, such as `#/admin/people`. */
  async go(hash: string): Promise<void> {
    const { origin } = new URL(this.page.url())
    await this.page.goto(`${origin}/${hash}`)
  }

  /** Makes an invitation link as an administrator. */
  async invite(role: 'Member' | 'Guest' = 'Member'): Promise<string> {
    const { page } = this
    await this.go('#/admin/invitations')
    await page.getByRole('button', { name: 'New invitation' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('They join as').selectOption(role)
    await dialog.getByRole('button', { name: 'Create link' }).click()
    const link = await dialog.getByLabel('Link', { exact: true }).inputValue({ timeout: ARRIVAL_MS })
    await page.keyboard.press('Escape')
    await this.go('#/')
    return link
  }

  async createChannel(name: string, kind: 'Public' | 'Private' = 'Public'): Promise<void> {
    const { page } = this
    await this.conversations().getByRole('button', { name: 'New channel' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill(name)
    await dialog.getByRole('radio', { name: kind }).click()
    await dialog.getByRole('button', { name: 'Create channel' }).click()
    await this.composer().waitFor({ timeout: ARRIVAL_MS })
  }

  /** Joins a public channel and waits until one can write in it. */
  async joinChannel(name: string): Promise<void> {
    await this.go('#/browse')
    await this.page.getByRole('button', { name: `Join ${name}` }).click()
    await this.composer().waitFor({ timeout: ARRIVAL_MS })
  }

  async openConversation(name: string): Promise<void> {
    await this.conversations().getByRole('link', { name }).first().click()
    await this.composer().waitFor({ timeout: ARRIVAL_MS })
  }

  /** Begins a direct conversation, or opens the one that is there. */
  async writeTo(name: string): Promise<void> {
    await this.conversations().getByRole('button', { name: 'New message' }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('checkbox', { name: new RegExp(name) }).click()
    await dialog.getByRole('button', { name: 'Start conversation' }).click()
    await this.composer().waitFor({ timeout: ARRIVAL_MS })
  }

  conversations(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' })
  }

  composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message / })
  }

  /** Types and presses Enter; it shows at once, sent or not. */
  async say(text: string): Promise<void> {
    await this.composer().fill(text)
    await this.composer().press('Enter')
    await this.message(text).waitFor()
  }

  message(text: string): Locator {
    return this.page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text })
  }

  /** Waits until a message stands there, sent, and exactly once. */
  async reads(text: string, withinMs = ARRIVAL_MS): Promise<void> {
    const message = this.message(text)
    await message.first().waitFor({ timeout: withinMs })
    await message.locator('.message-state').waitFor({ state: 'detached', timeout: withinMs })
    const count = await message.count()
    if (count !== 1) throw new Error(`“${text}” stands there ${count} times`)
  }
}
