/**
 * A client of XMPP (RFC 6120) in rooms (XEP-0045), over plain TCP: signed in anonymously (XEP-0175), which costs a server least. What
 * arrives is not parsed: the ids of our messages are searched in it.
 */
import type { ClientEvents, ClientPlan, LoadClient } from './client.ts'
import { Line } from './line.ts'
import { ID_LENGTH, sentAtOf } from './message-id.ts'

const HEADER =
  "<stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
const AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
const BIND = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
export const MUC_HOST = 'conference.localhost'
/** Marks the ids of our messages in whatever else arrives. */
const MARK = Buffer.from('load-')
const MARKED_LENGTH = MARK.length + ID_LENGTH

export class XmppClient implements LoadClient {
  readonly #plan: ClientPlan
  readonly #events: ClientEvents
  readonly #line: Line
  /** While it connects: what is waited for, and what has come since. */
  #awaited:
    { readonly word: RegExp; text: string; resolve: () => void; reject: (why: Error) => void } | undefined

  constructor(plan: ClientPlan, events: ClientEvents) {
    this.#plan = plan
    this.#events = events
    this.#line = new Line(plan.target.port, {
      take: (bytes, start, end) => this.#take(bytes, start, end),
      closed: (why) => {
        this.#awaited?.reject(new Error(why))
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

  #ask(stanza: string, word: RegExp): Promise<void> {
    this.#line.write(stanza)
    return new Promise((resolve, reject) => (this.#awaited = { word, text: '', resolve, reject }))
  }

  #take(bytes: Buffer, start: number, end: number): number {
    if (this.#awaited) this.#hear(bytes.toString('latin1', start, end))
    const part = bytes.subarray(0, end)
    for (let at = part.indexOf(MARK, start); ; at = part.indexOf(MARK, at + MARKED_LENGTH)) {
      // A mark that has come in part begins in the last bytes.
      if (at < 0) return Math.max(start, this.#lastMark(part, end))
      if (at + MARKED_LENGTH > end) return at
      this.#events.delivered(sentAtOf(bytes, at + MARK.length))
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
}
