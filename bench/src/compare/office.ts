/**
 * Workload 7: an office day in fast motion. The proportions are those of Mattermost's load test, which were taken from real users
 * (github.com/mattermost/mattermost-load-test-ng, loadtest/control/simulcontroller/controller.go): for each message 6.5 changes to
 * another channel, 3 of which show something new, and 2 scrolls back. Each message is announced by typing, and changes of presence
 * are as frequent as its reconnections, 0.14.
 */
import type { OfficeMix } from '../load/loops.ts'
import { size, SECONDS } from './sizes.ts'
import { connectAll, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50
const PEOPLE = size('OFFICE', 200, 1000)
/** Of everybody together: each writes one message a minute, far more than on any day. */
const MESSAGES_PER_SECOND = size('OFFICE_RATE', Math.ceil(PEOPLE / 60), Math.ceil(PEOPLE / 60))
const MIX: OfficeMix = { say: 1, type: 1, read: 6.5, scroll: 2, presence: 0.14 }

export const OFFICE: Workload = {
  number: 7,
  title: `An office day: ${PEOPLE} people who type, write, read, scroll, come and go`,
  shapes: [{ people: PEOPLE, roomSize: ROOM_SIZE }],
  without: ({ name }) => (name === 'Reforms' ? undefined : 'has no like of it'),
  async run(stage) {
    stage.keep('connect', await connectAll(stage))
    const order = { order: 'office', mix: MIX, perSecond: MESSAGES_PER_SECOND, seconds: SECONDS } as const
    stage.keep(`${MESSAGES_PER_SECOND} messages/s and what goes with them`, await measured(stage, order))
  },
}
