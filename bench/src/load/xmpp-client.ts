/**
 * A client of XMPP (RFC 6120) in rooms (XEP-0045), over plain TCP: signed in anonymously (XEP-0175), which costs a server least. It
 * reads a room's archive (XEP-0313) by pages (XEP-0059). What arrives is not parsed: the ids of our messages are searched in it.
 */
import type { ClientEvents, ClientPlan, LoadClient, OfficeAct } from './client.ts'
import { Line } from './line.ts'
import { ID_LENGTH, makeMessageId, nowMicros, sentAtOf } from './message-id.ts'

const HEADER =
  "<stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
const AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
const BIND = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
export const MUC_HOST = 'conference.localhost'
/** Marks the ids of our messages in whatever else arrives. */
const MARK = Buffer.from('load-')
const MARKED_LENGTH = MARK.length + ID_LENGTH
/** Entries of a page when it catches up, the most that ejabberd gives; and of a screen. */
export const PAGE = 250
const SCREEN = 50
/** What answers a page's query, after all its entries; it is never longer. */
const PAGE_END = /<iq[^>]*\sid=['"]page['"].*?<\/iq>/s
const PAGE_END_BYTES_MAX = 2048

interface Page {
  readonly entries: number
  /** The id of its last entry, if there are more after it. */
  readonly last: string | undefined
}

/** A page that has been asked for, as far as it has come. */
interface AwaitedPage {
  entries: number
  /** The last of what came: its end may have begun there. */
  tail: string
  resolve(page: Page): void
  reject(why: Error): void
}

export class XmppClient implements LoadClient {
  readonly #plan: ClientPlan
  readonly #events: ClientEvents
  readonly #line: Line
  /** While it connects: what is waited for, and what has come since. */
  #awaited:
    { readonly word: RegExp; text: string; resolve: () => void; reject: (why: Error) => void } | undefined

  #page: AwaitedPage | undefined
  #isAway = false

  constructor(plan: ClientPlan, events: ClientEvents) {
    this.#plan = plan
    this.#events = events
    this.#line = new Line(plan.target.port, {
      take: (bytes, start, end) => this.#take(bytes, start, end),
      closed: (why) => {
        this.#awaited?.reject(new Error(why))
        this.#page?.reject(new Error(why))
        events.failed(why)
      },
    })
  }

  async connect(): Promise<void> {
    await this.#ask(HEADER, /<\/stream:features>/)
    await this.#ask(AUTH, /<success/)
    await this.#ask(HEADER, /<\/stream:features>/)
    await this.#ask(BIND, /<iq[^>]*id=['"]bind['"]/)
    for (const room of this.#plan.person.rooms) await this.#join(this.#plan.crowd.rooms[room]!.name)
  }

  say(room: number, messageId: string): void {
    const { name, payload } = this.#plan.crowd.rooms[room]!
    this.#line.write(
      `<message to='${name}@${MUC_HOST}' type='groupchat' id='load-${messageId}'><body>${payload}</body></message>`,
    )
  }

  async catchUp(room: number): Promise<number> {
    let entries = 0
    for (let chosen = ''; ;) {
      const page = await this.#readPage(room, `<max>${PAGE}</max>${chosen}`)
      entries += page.entries
      if (page.last === undefined) return entries
      chosen = `<after>${page.last}</after>`
    }
  }

  act(kind: OfficeAct, room: number): void {
    switch (kind) {
      case 'type':
        return this.#tell(room, "<composing xmlns='http://jabber.org/protocol/chatstates'/>")
      case 'read':
        // Which message it was, by the id that the room gave it: of this length, and servers do not look it up.
        return this.#tell(
          room,
          `<displayed xmlns='urn:xmpp:chat-markers:0' id='${makeMessageId(nowMicros())}'/>`,
        )
      case 'look':
        // The client shows what it has.
        return
      case 'scroll':
        return this.#scroll(room)
      case 'presence':
        return this.#changePresence(room)
    }
  }

  close(): void {
    this.#line.close()
  }

  /** Until the room shows the client's own presence (status 110). */
  #join(room: string): Promise<void> {
    const history = "<history maxstanzas='0'/>"
    const join = `<x xmlns='http://jabber.org/protocol/muc'>${history}</x>`
    const presence = `<presence to='${room}@${MUC_HOST}/${this.#plan.person.name}'>${join}</presence>`
    return this.#ask(presence, /code=['"]110['"]/)
  }

  /** To all in the room, without a text: chat states (XEP-0085) and markers (XEP-0333). */
  #tell(room: number, what: string): void {
    const { name } = this.#plan.crowd.rooms[room]!
    this.#line.write(`<message to='${name}@${MUC_HOST}' type='groupchat'>${what}</message>`)
  }

  /** The oldest screen. Nobody asks for another before it has come. */
  #scroll(room: number): void {
    if (this.#page) return
    this.#readPage(room, `<max>${SCREEN}</max>`).catch((problem: unknown) =>
      this.#events.failed(String(problem)),
    )
  }

  #changePresence(room: number): void {
    this.#isAway = !this.#isAway
    const to = `${this.#plan.crowd.rooms[room]!.name}@${MUC_HOST}/${this.#plan.person.name}`
    this.#line.write(`<presence to='${to}'>${this.#isAway ? '<show>away</show>' : ''}</presence>`)
  }

  /** `chosen` are the elements of XEP-0059 that say which page. */
  #readPage(room: number, chosen: string): Promise<Page> {
    const to = `${this.#plan.crowd.rooms[room]!.name}@${MUC_HOST}`
    const set = `<set xmlns='http://jabber.org/protocol/rsm'>${chosen}</set>`
    this.#line.write(`<iq type='set' id='page' to='${to}'><query xmlns='urn:xmpp:mam:2'>${set}</query></iq>`)
    return new Promise((resolve, reject) => (this.#page = { entries: 0, tail: '', resolve, reject }))
  }

  #ask(stanza: string, word: RegExp): Promise<void> {
    this.#line.write(stanza)
    return new Promise((resolve, reject) => (this.#awaited = { word, text: '', resolve, reject }))
  }

  #take(bytes: Buffer, start: number, end: number): number {
    const used = this.#takeMarks(bytes.subarray(0, end), start)
    if (this.#awaited) this.#hear(bytes.toString('latin1', start, used))
    if (this.#page) this.#hearPage(bytes.toString('latin1', start, used))
    return used
  }

  #takeMarks(part: Buffer, start: number): number {
    const end = part.length
    for (let at = part.indexOf(MARK, start); ; at = part.indexOf(MARK, at + MARKED_LENGTH)) {
      // A mark that has come in part begins in the last bytes.
      if (at < 0) return Math.max(start, this.#lastMark(part, end))
      if (at + MARKED_LENGTH > end) return at
      if (this.#page) this.#page.entries += 1
      this.#events.delivered(sentAtOf(part, at + MARK.length))
    }
  }

  /** Where a mark may begin that is cut off by the end. */
  #lastMark(part: Buffer, end: number): number {
    for (let length = Math.min(MARK.length - 1, end); length > 0; length -= 1)
      if (part.subarray(end - length).equals(MARK.subarray(0, length))) return end - length
    return end
  }

  #hear(text: string): void {
    const awaited = this.#awaited!
    awaited.text += text
    if (/<(stream:error|failure)|type=['"]error['"]/.test(awaited.text))
      awaited.reject(new Error(awaited.text))
    if (!awaited.word.test(awaited.text)) return
    this.#awaited = undefined
    awaited.resolve()
  }

  #hearPage(text: string): void {
    const page = this.#page!
    const heard = page.tail + text
    const end = PAGE_END.exec(heard)?.[0]
    page.tail = heard.slice(-PAGE_END_BYTES_MAX)
    if (end === undefined) return
    this.#page = undefined
    if (!end.includes('<fin')) return page.reject(new Error(end))
    const isLast = /<fin[^>]*\scomplete=['"]true['"]/.test(end)
    page.resolve({ entries: page.entries, last: isLast ? undefined : /<last>([^<]*)</.exec(end)?.[1] })
  }
}
