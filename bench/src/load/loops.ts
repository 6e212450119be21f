/**
 * The two ways to load a system. Open: messages are due at even distances, whatever the system does, and their age counts from
 * when they were due, so that a system that falls behind cannot hide it. Closed: each writer says the next thing when it has its
 * last one back, which finds the most that a system can do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadClient, RoomPlan } from './client.ts'
import type { Latencies } from './latencies.ts'
import { makeMessageId, nowMicros } from './message-id.ts'

/** Timers are no finer. */
const TICK_MS = 1
const MICROS = 1e6
/** How long what is late may still arrive. */
const TAIL_MS = 5000
const TAIL_POLL_MS = 10

export interface Counted {
  readonly latencies: Latencies
  /** Deliveries that were asked for: messages times members. */
  expected: number
  messages: number
  readonly failures: Map<string, number>
}

export interface Stage {
  readonly clients: readonly LoadClient[]
  readonly rooms: readonly RoomPlan[]
  readonly counted: Counted
  /** Called for each delivery, with the receiving client's place. */
  onDelivery: ((client: number, sentAt: number) => void) | undefined
}

function sayIn(stage: Stage, room: number, member: number, at: number): void {
  const { members } = stage.rooms[room]!
  stage.counted.expected += members.length
  stage.counted.messages += 1
  stage.clients[members[member % members.length]!]!.say(room, makeMessageId(at))
}

async function untilArrived({ counted }: Stage): Promise<void> {
  for (let waited = 0; counted.latencies.count < counted.expected && waited < TAIL_MS; waited += TAIL_POLL_MS)
    await sleep(TAIL_POLL_MS)
}

/** So many messages a second, in all rooms by turns, by their members by turns. */
export async function openLoop(stage: Stage, perSecond: number, seconds: number): Promise<void> {
  const began = nowMicros()
  const total = Math.round(perSecond * seconds)
  for (let said = 0; said < total;) {
    const now = nowMicros()
    for (; said < total; said += 1) {
      const due = began + Math.floor((said / perSecond) * MICROS)
      if (due > now) break
      sayIn(stage, said % stage.rooms.length, Math.floor(said / stage.rooms.length), due)
    }
    await sleep(TICK_MS)
  }
  await untilArrived(stage)
}

/** So many writers in each room, who wait for their own. */
export async function closedLoop(stage: Stage, writers: number, seconds: number): Promise<void> {
  const end = nowMicros() + seconds * MICROS
  const waiting = new Map<number, { readonly room: number; readonly member: number; sentAt: number }>()
  const next = (client: number) => {
    const writer = waiting.get(client)
    if (!writer) return
    writer.sentAt = nowMicros()
    sayIn(stage, writer.room, writer.member, writer.sentAt)
  }
  stage.onDelivery = (client, sentAt) => {
    if (waiting.get(client)?.sentAt === sentAt && nowMicros() < end) next(client)
  }
  for (const [room, { members }] of stage.rooms.entries())
    for (let member = 0; member < Math.min(writers, members.length); member += 1) {
      waiting.set(members[member]!, { room, member, sentAt: 0 })
      next(members[member]!)
    }
  await sleep(seconds * 1000)
  await untilArrived(stage)
  stage.onDelivery = undefined
}
