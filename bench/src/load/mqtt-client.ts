/** A client of MQTT 3.1.1 that subscribes to its rooms as topics and publishes into them, at most once (QoS 0). */
import type { ClientEvents, ClientPlan, LoadClient } from './client.ts'
import { Line } from './line.ts'
import { sentAtOf } from './message-id.ts'

const [CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK] = [1, 2, 3, 8, 9]
const MQTT_3_1_1 = 4
const CLEAN_SESSION = 2

/** Text with its length before it. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

/** MQTT, section 2.2.3: seven bits a byte, the lowest first. */
function lengthBytes(length: number): Buffer {
  const bytes: number[] = []
  for (let left = length; bytes.length === 0 || left > 0; left >>= 7)
    bytes.push((left & 127) | (left > 127 ? 128 : 0))
  return Buffer.from(bytes)
}

function packet(type: number, flags: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([(type << 4) | flags]), lengthBytes(body.length), body])
}

export class MqttClient implements LoadClient {
  readonly #plan: ClientPlan
  readonly #events: ClientEvents
  readonly #line: Line
  /** While it connects. */
  #awaited: { answered(type: number): void; lost(why: Error): void } | undefined

  constructor(plan: ClientPlan, events: ClientEvents) {
    this.#plan = plan
    this.#events = events
    this.#line = new Line(plan.target.port, {
      take: (bytes, start, end) => this.#take(bytes, start, end),
      closed: (why) => {
        this.#awaited?.lost(new Error(why))
        events.failed(why)
      },
    })
  }

  async connect(): Promise<void> {
    const { name, rooms } = this.#plan.person
    const head = Buffer.from([MQTT_3_1_1, CLEAN_SESSION, 0, 0])
    await this.#ask(packet(CONNECT, 0, text('MQTT'), head, text(name)), CONNACK)
    for (const room of rooms) {
      const topic = text(this.#plan.crowd.rooms[room]!.name)
      await this.#ask(packet(SUBSCRIBE, 2, Buffer.from([0, 1]), topic, Buffer.from([0])), SUBACK)
    }
  }

  say(room: number, messageId: string): void {
    const { name, payload } = this.#plan.crowd.rooms[room]!
    const body = [Buffer.from(messageId, 'latin1'), Buffer.from(payload, 'base64')]
    this.#line.write(packet(PUBLISH, 0, text(name), ...body))
  }

  close(): void {
    this.#line.close()
  }

  #ask(bytes: Buffer, answer: number): Promise<void> {
    this.#line.write(bytes)
    return new Promise((resolve, reject) => {
      const answered = (type: number) => {
        if (type === answer) resolve()
      }
      this.#awaited = { answered, lost: reject }
    })
  }

  #take(bytes: Buffer, start: number, end: number): number {
    let at = start
    while (at + 2 <= end) {
      let [length, head, shift] = [0, 1, 0]
      for (let more = true; more; head += 1, shift += 7) {
        if (at + head >= end) return at
        const byte = bytes[at + head]!
        length |= (byte & 127) << shift
        more = byte > 127
      }
      if (at + head + length > end) return at
      this.#takePacket(bytes[at]! >> 4, bytes, at + head)
      at += head + length
    }
    return at
  }

  #takePacket(type: number, bytes: Buffer, start: number): void {
    if (type === PUBLISH) this.#events.delivered(sentAtOf(bytes, start + 2 + bytes.readUInt16BE(start)))
    else this.#awaited?.answered(type)
  }
}
