/** Workloads 1 and 5: what an idle connection costs, and everybody who comes back at once after a restart. */
import { memoryOf } from './process-usage.ts'
import { size, sizes, SECONDS } from './sizes.ts'
import { connectAll, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50

export const IDLE: Workload = {
  number: 1,
  title: 'Idle connections',
  shapes: sizes('IDLE', [200], [1000, 2000, 5000, 10_000]).map((people) => ({ people, roomSize: ROOM_SIZE })),
  async run(stage) {
    const { running, shape } = stage
    const before = memoryOf(running.serverPids()).rss
    stage.keep('connect', await connectAll(stage))
    const idle = await measured(stage, { order: 'wait', seconds: SECONDS })
    const memoryEach = (idle.serverMemory.rss - before) / shape.people
    stage.keep(`${shape.people} connected`, idle, { memoryEach })
  },
}

const RETURNING = size('RETURNING', 200, 10_000)
/** The clock starts once the server is ready, ours by its own word, others when their port answers; who is refused tries again. */
export const RESTART: Workload = {
  number: 5,
  title: `${RETURNING} clients come back at once after a restart`,
  shapes: [{ people: RETURNING, roomSize: ROOM_SIZE }],
  async run(stage) {
    await connectAll(stage)
    await stage.load.obey({ order: 'close' })
    await stage.running.restart()
    stage.keep('all are back', await connectAll(stage, stage.shape.people))
  },
}
