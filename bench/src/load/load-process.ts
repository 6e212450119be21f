/** The process that holds the clients: compare/load.ts starts it and tells it what to do, one thing at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { BareClient } from './bare-client.ts'
import type { ClientEvents, ClientPlan, CrowdPlan, LoadClient, Target } from './client.ts'
import { Latencies, type LatencyFigures } from './latencies.ts'
import {
  catchUp,
  closedLoop,
  fillRooms,
  officeDay,
  openLoop,
  type Counted,
  type OfficeMix,
  type Stage,
} from './loops.ts'
import { nowMicros } from './message-id.ts'
import { MqttClient } from './mqtt-client.ts'
import { ReformsClient } from './reforms-client.ts'
import { XmppClient } from './xmpp-client.ts'

export type LoadOrder =
  | {
      readonly order: 'connect'
      readonly target: Target
      readonly crowd: CrowdPlan
      readonly atOnce: number
      readonly who: 'everybody' | 'first of each room'
    }
  | { readonly order: 'open'; readonly perSecond: number; readonly seconds: number }
  | {
      readonly order: 'closed'
      readonly writers: number
      readonly seconds: number
      /** What each has under way: 1 where it is not said. */
      readonly atOnce?: number
    }
  | { readonly order: 'fill'; readonly perRoom: number }
  | { readonly order: 'catchUp'; readonly perRoom: number }
  | {
      readonly order: 'office'
      readonly mix: OfficeMix
      readonly perSecond: number
      readonly seconds: number
    }
  | { readonly order: 'wait'; readonly seconds: number }
  | { readonly order: 'close' }

export interface LoadReport {
  readonly seconds: number
  readonly messages: number
  readonly expected: number
  readonly delivered: number
  readonly latency: LatencyFigures
  readonly failures: Readonly<Record<string, number>>
  readonly problem?: string
}

const CLIENTS = {
  reforms: ReformsClient,
  bare: BareClient,
  xmpp: XmppClient,
  mqtt: MqttClient,
} satisfies Record<Target['dialect'], new (plan: ClientPlan, events: ClientEvents) => LoadClient>

/** Who is refused tries again so long after, for so long in all. */
const [TRY_AGAIN_MS, TRYING_MS] = [100, 60_000]

/** Rejects when a connection is lost that nobody may be waiting for any more, or has no answer in time. */
class Lost {
  readonly promise: Promise<never>
  readonly #timer: NodeJS.Timeout
  #reject: (why: Error) => void = () => undefined

  constructor(withinMs: number) {
    this.promise = new Promise((_, reject) => (this.#reject = reject))
    this.promise.catch(() => undefined)
    this.#timer = setTimeout(() => this.note('no answer in time'), withinMs)
  }

  note(why: string): void {
    this.#reject(new Error(why))
  }

  forget(): void {
    clearTimeout(this.#timer)
  }
}

function freshCount(): Counted {
  return { latencies: new Latencies(), expected: 0, messages: 0, failures: new Map() }
}

class LoadProcess {
  #clients: LoadClient[] = []
  #stage: Stage = { clients: [], rooms: [], counted: freshCount(), onDelivery: undefined }
  #closing = false
  #began = 0

  async obey(order: LoadOrder): Promise<LoadReport> {
    this.#began = nowMicros()
    const { clients, rooms } = this.#stage
    this.#stage = { clients, rooms, counted: freshCount(), onDelivery: undefined }
    const entries = await this.#run(order)
    const { latencies, expected, messages, failures } = this.#stage.counted
    return {
      seconds: (nowMicros() - this.#began) / 1e6,
      messages,
      expected,
      delivered: entries ?? latencies.count,
      latency: latencies.figures(),
      failures: Object.fromEntries(failures),
    }
  }

  #run(order: LoadOrder): Promise<number | void> | void {
    switch (order.order) {
      case 'connect':
        return this.#connect(order)
      case 'open':
        return openLoop(this.#stage, order.perSecond, order.seconds)
      case 'closed':
        return closedLoop(this.#stage, order)
      case 'fill':
        return fillRooms(this.#stage, order.perRoom)
      case 'catchUp':
        return catchUp(this.#stage, order.perRoom)
      case 'office':
        return officeDay(this.#stage, order.mix, order.perSecond, order.seconds)
      case 'wait':
        return sleep(order.seconds * 1000)
      case 'close':
        return this.#close()
    }
  }

  /** The latencies of this report are the times from the first try's first byte until the client can be reached. */
  async #connect({ target, crowd, atOnce, who }: Extract<LoadOrder, { order: 'connect' }>): Promise<void> {
    this.#closing = false
    this.#clients = []
    const rooms = crowd.rooms.map((room) =>
      who === 'everybody' ? room : { ...room, members: [room.members[0]!] },
    )
    const { counted } = (this.#stage = { ...this.#stage, clients: this.#clients, rooms })
    const founders = crowd.rooms.map(({ members }) => members[0]!)
    const left = (who === 'everybody' ? [...crowd.people.keys()] : founders).reverse()
    counted.expected = left.length
    const connectOne = async (place: number) => {
      const began = nowMicros()
      const plan = { target, person: crowd.people[place]!, crowd }
      while (!(await this.#tryToConnect(place, plan, began + TRYING_MS * 1000))) await sleep(TRY_AGAIN_MS)
      counted.latencies.add(nowMicros() - began)
    }
    const lane = async () => {
      for (let place = left.pop(); place !== undefined; place = left.pop()) await connectOne(place)
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }

  /** Rejects with why it did not succeed once the deadline is over. What fails before it is in is tried again, and not counted. */
  async #tryToConnect(place: number, plan: ClientPlan, deadline: number): Promise<boolean> {
    const events = this.#eventsOf(place)
    let isIn = false
    const lost = new Lost(Math.max(0, deadline - nowMicros()) / 1000)
    const failed = (what: string) => (isIn ? events.failed(what) : lost.note(what))
    const client = new CLIENTS[plan.target.dialect](plan, { ...events, failed })
    this.#clients[place] = client
    try {
      await Promise.race([client.connect(), lost.promise])
      return (isIn = true)
    } catch (problem) {
      client.close()
      if (nowMicros() >= deadline) throw problem
      return false
    } finally {
      lost.forget()
    }
  }

  #eventsOf(place: number): ClientEvents {
    return {
      delivered: (sentAt) => {
        // What was late in an earlier stretch is no part of this one.
        if (sentAt < this.#began) return
        const { counted, onDelivery } = this.#stage
        counted.latencies.add(nowMicros() - sentAt)
        onDelivery?.(place, sentAt)
      },
      failed: (what) => {
        if (this.#closing) return
        const { failures } = this.#stage.counted
        failures.set(what, (failures.get(what) ?? 0) + 1)
      },
    }
  }

  #close(): void {
    this.#closing = true
    for (const client of this.#clients) client?.close()
    this.#clients = []
  }
}

const load = new LoadProcess()
process.on('message', (order: LoadOrder) => {
  const empty = { seconds: 0, messages: 0, expected: 0, delivered: 0, failures: {} }
  load.obey(order).then(
    (report) => process.send!(report),
    (error: unknown) =>
      process.send!({ ...empty, latency: new Latencies().figures(), problem: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
