/** Workload 6: everybody reads what was said while they were away. Of systems that keep what was said, ours alone is asked here. */
import { size } from './sizes.ts'
import type { System } from './system.ts'
import { connectAll, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50
const PEOPLE = size('BEHIND_PEOPLE', 200, 1000)
const ENTRIES = size('BEHIND', 200, 1000)

export const CATCH_UP: Workload = {
  number: 6,
  title: `${PEOPLE} clients catch up, each ${ENTRIES} entries behind`,
  shapes: [{ people: PEOPLE, roomSize: ROOM_SIZE }],
  without: ({ name }: System) =>
    name === 'Reforms' ? undefined : 'not asked for what it keeps, if anything',
  async run(stage) {
    const { target, crowd } = stage.running
    await stage.load.obey({ order: 'connect', target, crowd, atOnce: 1, who: 'first of each room' })
    await stage.load.obey({ order: 'fill', perRoom: ENTRIES })
    await stage.load.obey({ order: 'close' })
    await connectAll(stage)
    const entries = ENTRIES * stage.shape.people
    stage.keep(`${entries} entries`, await measured(stage, { order: 'catchUp' }))
  },
}
