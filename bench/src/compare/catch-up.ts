/** Workload 6: everybody reads what was said while they were away, of the systems that keep it: from our log, from XMPP archives. */
import { size } from './sizes.ts'
import { connectAll, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50
const PEOPLE = size('BEHIND_PEOPLE', 200, 1000)
const ENTRIES = size('BEHIND', 200, 1000)

export const CATCH_UP: Workload = {
  number: 6,
  title: `${PEOPLE} clients catch up, each ${ENTRIES} entries behind`,
  shapes: [{ people: PEOPLE, roomSize: ROOM_SIZE }],
  without: ({ keeps }) => (keeps ? undefined : 'keeps nothing'),
  async run(stage) {
    const { target, crowd } = stage.running
    await stage.load.obey({ order: 'connect', target, crowd, atOnce: 1, who: 'first of each room' })
    await stage.load.obey({ order: 'fill', perRoom: ENTRIES })
    await stage.load.obey({ order: 'close' })
    await connectAll(stage)
    const entries = ENTRIES * stage.shape.people
    stage.keep(`${entries} entries`, await measured(stage, { order: 'catchUp', perRoom: ENTRIES }))
  },
}
