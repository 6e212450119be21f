/** A conversation as pages of HTML, each of a bounded number of messages: what comes next is read while a page is written. For archive.ts. */
import type { HistoryItem } from '@reforms/client'
import { text } from '../../text/index.ts'
import type { ExportOrder } from './archive.ts'
import { readThreadOf, threadOf, type History } from './history.ts'
import { html, NOTHING } from './html.ts'
import type { ExportedChannel } from './json.ts'
import { FOOT, head } from './sheet.ts'
import { writtenItem, type Writing } from './written-items.ts'
import { WrittenTimes } from './written-times.ts'

/** Pages of the history for a page of HTML: a browser opens so much at once without a wait. */
const READINGS_A_PAGE = 4

export async function* writePages(
  order: ExportOrder,
  channel: ExportedChannel,
  history: History,
): AsyncGenerator<{ name: string; input: AsyncIterable<string> }> {
  const book = new Book(order, channel, history)
  do yield book.nextPage()
  while (await book.hasMore())
}

const nameOf = (number: number) => `messages-${number}.html`

class Book {
  readonly #order: ExportOrder
  readonly #channel: ExportedChannel
  readonly #history: AsyncIterator<readonly HistoryItem[]>
  readonly #writing: Writing
  /** Of each page, the first seq. */
  readonly #starts: number[] = []
  #ahead: Promise<IteratorResult<readonly HistoryItem[]>> | undefined
  #day = ''

  constructor(order: ExportOrder, channel: ExportedChannel, history: History) {
    this.#order = order
    this.#channel = channel
    this.#history = history[Symbol.asyncIterator]()
    this.#writing = {
      times: new WrittenTimes(order.timeZone),
      pathOf: (blobId) => channel.paths.get(blobId),
      placeOf: (seq) => this.#placeOf(seq),
    }
  }

  /** Only once the last page has been written. */
  async hasMore(): Promise<boolean> {
    return !(await this.#peek()).done
  }

  nextPage(): { name: string; input: AsyncIterable<string> } {
    const name = nameOf(this.#channel.pages.push(nameOf(this.#channel.pages.length + 1)))
    return { name, input: this.#write(this.#channel.pages.length) }
  }

  #peek(): Promise<IteratorResult<readonly HistoryItem[]>> {
    this.#ahead ??= this.#history.next()
    return this.#ahead
  }

  async #take(): Promise<readonly HistoryItem[] | undefined> {
    const taken = await this.#peek()
    this.#ahead = undefined
    return taken.done ? undefined : taken.value
  }

  async *#write(number: number): AsyncGenerator<string> {
    const { item, leftOut } = this.#channel
    yield head(item.name)
    yield html`<h1>${item.name}</h1>
      <p class="muted">${text.channels.kinds[item.kind]}. ${item.topic}</p>
      <p class="muted">${text.export.zone(this.#order.timeZone)}</p>
      ${leftOut > 0 ? html`<p>${text.export.leftOut(leftOut)}</p>` : NOTHING} `.source
    yield this.#links(number, false)
    this.#day = ''
    for (let reading = 0; reading < READINGS_A_PAGE; reading += 1) {
      const items = await this.#take()
      if (!items) break
      if (reading === 0) this.#starts.push(items[0]?.item.seq ?? 0)
      yield* this.#items(number, items)
    }
    yield this.#links(number, await this.hasMore())
    yield FOOT
  }

  #links(number: number, more: boolean): string {
    const earlier =
      number > 1 ? html`<a href="${nameOf(number - 1)}">${text.export.earlierPage}</a>` : NOTHING
    const later = more ? html`<a href="${nameOf(number + 1)}">${text.export.laterPage}</a>` : NOTHING
    return html`<nav><a href="../index.html">${text.export.toIndex}</a> ${earlier} ${later}</nav> `.source
  }

  async *#items(number: number, items: readonly HistoryItem[]): AsyncGenerator<string> {
    let written = ''
    for (const item of items) {
      written += this.#dayLine(number, item.item.at) + writtenItem(this.#writing, item, 'channel').source
      const thread = threadOf(item)
      if (thread === undefined) continue
      yield `${written}<section class="thread">`
      const { channelId } = this.#channel.item
      for await (const answers of readThreadOf(this.#order, channelId, thread))
        yield answers.map((answer) => writtenItem(this.#writing, answer, 'thread').source).join('')
      written = '</section>'
    }
    yield written
  }

  #dayLine(number: number, at: number): string {
    const { times } = this.#writing
    const day = times.dayKey(at)
    if (day === this.#day) return ''
    this.#day = day
    const { days } = this.#channel
    if (days.at(-1)?.day !== day) days.push({ day, href: `${nameOf(number)}#d${day}` })
    return html`<h2 id="d${day}">${times.day(at)}</h2> `.source
  }

  /** On this page or on one before: answers follow what they answer. */
  #placeOf(seq: number): string {
    const page = this.#starts.findLastIndex((start) => start <= seq) + 1
    return page === this.#channel.pages.length ? `#m${seq}` : `${nameOf(Math.max(1, page))}#m${seq}`
  }
}
