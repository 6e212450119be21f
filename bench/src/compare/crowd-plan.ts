/** Who is in which room, for systems that do not need more than names. */
import { randomBytes } from 'node:crypto'
import type { CrowdPlan } from '../load/client.ts'
import type { CrowdShape } from './system.ts'

/** What a line of text measures once it is encrypted, padded and signed by us: so long is every system's message. */
export const PAYLOAD_BYTES = 301

export function roomMembers({ people, roomSize }: CrowdShape): number[][] {
  const rooms = Array.from({ length: Math.floor(people / roomSize) }, (_, room) =>
    Array.from({ length: roomSize }, (_, member) => room * roomSize + member),
  )
  return rooms
}

export function planRooms(shape: CrowdShape): CrowdPlan {
  const rooms = roomMembers(shape).map((members, room) => ({
    members,
    name: `room${room}`,
    payload: randomBytes(PAYLOAD_BYTES).toString('base64'),
  }))
  const people = Array.from({ length: shape.people }, (_, person) => {
    const room = Math.floor(person / shape.roomSize)
    return { name: `person${person}`, secret: 'secret', rooms: room < rooms.length ? [room] : [] }
  })
  return { people, rooms }
}
