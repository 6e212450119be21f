/** Workload 6: everybody reads what was said while they were away, of the systems that keep it: from our log, from XMPP archives. */
import { size } from './sizes.ts'
import { connectAll, fillRooms, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50
const PEOPLE = size('BEHIND_PEOPLE', 200, 1000)
const ENTRIES = size('BEHIND', 200, 1000)

export const CATCH_UP: Workload = {
  number: 6,
  title: `${PEOPLE} clients catch up, each ${ENTRIES} entries behind`,
  shapes: [{ people: PEOPLE, roomSize: ROOM_SIZE }],
  without: ({ keeps }) => (keeps ? undefined : 'keeps nothing'),
  async run(stage) {
    await fillRooms(stage, ENTRIES)
    await connectAll(stage)
    const entries = ENTRIES * stage.shape.people
    stage.keep(`${entries} entries`, await measured(stage, { order: 'catchUp', perRoom: ENTRIES }))
  },
}
