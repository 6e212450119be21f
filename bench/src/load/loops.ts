/**
 * The ways to load a system. Open: messages are due at even distances, whatever the system does, and their age counts from when
 * they were due, so that a system that falls behind cannot hide it. Closed: each writer says the next thing when it has its last
 * one back, which finds the most that a system can do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadClient, OfficeAct, RoomPlan } from './client.ts'
import type { Latencies } from './latencies.ts'
import { makeMessageId, nowMicros } from './message-id.ts'

/** Timers are no finer. */
const TICK_MS = 1
const MICROS = 1e6
/** How long what is late may still arrive. */
const TAIL_MS = 5000
const TAIL_POLL_MS = 10
/** What the writer of a room has under way while the room is filled. */
const FILLING_AT_ONCE = 16

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

/** How often each is done for one message. */
export type OfficeMix = Readonly<Record<'say' | OfficeAct, number>>

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

/** Calls `act` so often, each time with its number and the moment at which it is due. */
async function evenly(
  perSecond: number,
  seconds: number,
  act: (number: number, due: number) => void,
): Promise<void> {
  const began = nowMicros()
  const total = Math.round(perSecond * seconds)
  for (let done = 0; done < total; await sleep(TICK_MS)) {
    const now = nowMicros()
    for (; done < total; done += 1) {
      const due = began + Math.floor((done / perSecond) * MICROS)
      if (due > now) break
      act(done, due)
    }
  }
}

/** So many messages a second, in all rooms by turns, by their members by turns. */
export async function openLoop(stage: Stage, perSecond: number, seconds: number): Promise<void> {
  const count = stage.rooms.length
  await evenly(perSecond, seconds, (number, due) =>
    sayIn(stage, number % count, Math.floor(number / count), due),
  )
  await untilArrived(stage)
}

interface ClosedLoop {
  /** In each room. */
  readonly writers: number
  readonly seconds: number
  readonly atOnce?: number
}

/** Writers who wait for what they said before they say more; each has so much under way at once. */
export async function closedLoop(stage: Stage, { writers, seconds, atOnce = 1 }: ClosedLoop): Promise<void> {
  const end = nowMicros() + seconds * MICROS
  const waiting = new Map<
    number,
    { readonly room: number; readonly member: number; readonly sent: number[] }
  >()
  const next = (client: number) => {
    const writer = waiting.get(client)
    if (!writer) return
    const sentAt = nowMicros()
    writer.sent.push(sentAt)
    sayIn(stage, writer.room, writer.member, sentAt)
  }
  stage.onDelivery = (client, sentAt) => {
    const sent = waiting.get(client)?.sent
    const place = sent?.indexOf(sentAt) ?? -1
    if (!sent || place < 0) return
    sent.splice(place, 1)
    if (nowMicros() < end) next(client)
  }
  for (const [room, { members }] of stage.rooms.entries())
    for (let member = 0; member < Math.min(writers, members.length); member += 1) {
      waiting.set(members[member]!, { room, member, sent: [] })
      for (let begun = 0; begun < atOnce; begun += 1) next(members[member]!)
    }
  await sleep(seconds * 1000)
  await untilArrived(stage)
  stage.onDelivery = undefined
}

/** The first member of each room, alone there, says so many messages. */
export async function fillRooms(stage: Stage, perRoom: number): Promise<void> {
  const { counted, rooms, clients } = stage
  const left = new Map(rooms.map((room, place) => [room.members[0]!, { place, count: perRoom }]))
  const next = (client: number) => {
    const room = left.get(client)
    if (!room || room.count === 0) return
    room.count -= 1
    counted.messages += 1
    clients[client]!.say(room.place, makeMessageId(nowMicros()))
  }
  stage.onDelivery = next
  for (const client of left.keys())
    for (let started = 0; started < FILLING_AT_ONCE; started += 1) next(client)
  const total = rooms.length * perRoom
  while (counted.latencies.count < total && counted.failures.size === 0) await sleep(TAIL_POLL_MS)
  counted.expected = total
  stage.onDelivery = undefined
}

/**
 * Everybody at once; the latencies are those of each one's whole backlog, the deliveries its entries: at least `perRoom` messages, and
 * whatever else a system keeps in a room.
 */
export async function catchUp(stage: Stage, perRoom: number): Promise<number> {
  const { counted, rooms, clients } = stage
  let entries = 0
  const one = async (client: number, room: number) => {
    const began = nowMicros()
    const found = await clients[client]!.catchUp?.(room)
    entries += found ?? 0
    counted.latencies.add(nowMicros() - began)
  }
  await Promise.all(rooms.flatMap(({ members }, room) => members.map((client) => one(client, room))))
  counted.expected = rooms.reduce((sum, { members }) => sum + members.length * perRoom, 0)
  return entries
}

/** Everything in proportion, evenly; the latencies and deliveries are those of the messages. */
export async function officeDay(
  stage: Stage,
  mix: OfficeMix,
  perSecond: number,
  seconds: number,
): Promise<void> {
  const count = stage.rooms.length
  const kinds = Object.entries(mix) as [keyof OfficeMix, number][]
  const act = (kind: keyof OfficeMix, number: number, due: number) => {
    const room = number % count
    if (kind === 'say') return sayIn(stage, room, Math.floor(number / count), due)
    const { members } = stage.rooms[room]!
    const client = stage.clients[members[Math.floor(number / count) % members.length]!]!
    client.act?.(kind, room)
  }
  await Promise.all(
    kinds.map(([kind, times]) => evenly(perSecond * times, seconds, (number, due) => act(kind, number, due))),
  )
  await untilArrived(stage)
}
