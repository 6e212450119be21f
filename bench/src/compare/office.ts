/**
 * Workload 7: an office day in fast motion. The proportions are those of Mattermost's load test, which were taken from real users
 * (github.com/mattermost/mattermost-load-test-ng, loadtest/control/simulcontroller/controller.go): for each message 6.5 changes to
 * another channel, 3 of which show something new, and 2 scrolls back. Each message is announced by typing, and changes of presence
 * are as frequent as its reconnections, 0.14.
 *
 * In XMPP rooms typing is a chat state, and whoever reads something new marks it as displayed: everybody in the room is told of both,
 * as of changes of presence. Other changes of channel ask a server for nothing there. Scrolling back is a query to the archive; where
 * there is none, it is left out.
 */
import type { OfficeMix } from '../load/loops.ts'
import { BARE } from './bare.ts'
import { MOSQUITTO } from './mosquitto.ts'
import { size, SECONDS } from './sizes.ts'
import { connectAll, fillRooms, measured, type Workload } from './workload.ts'

const ROOM_SIZE = 50
const PEOPLE = size('OFFICE', 200, 1000)
/** Of everybody together: each writes one message a minute, far more than on any day. */
const MESSAGES_PER_SECOND = size('OFFICE_RATE', Math.ceil(PEOPLE / 60), Math.ceil(PEOPLE / 60))
const MIX: OfficeMix = { say: 1, type: 1, read: 3, look: 3.5, scroll: 2, presence: 0.14 }
/** In each room before the day begins: as much as a screen that is scrolled back shows. */
const SAID_BEFORE = 50
const WITHOUT_LIKE = [BARE.name, MOSQUITTO.name]

export const OFFICE: Workload = {
  number: 7,
  title: `An office day: ${PEOPLE} people who type, write, read, scroll, come and go`,
  shapes: [{ people: PEOPLE, roomSize: ROOM_SIZE }],
  without: ({ name }) => (WITHOUT_LIKE.includes(name) ? 'has no like of it' : undefined),
  async run(stage) {
    const { keeps } = stage.system
    if (keeps) await fillRooms(stage, SAID_BEFORE)
    stage.keep('connect', await connectAll(stage))
    const mix = keeps ? MIX : { ...MIX, scroll: 0 }
    const order = { order: 'office', mix, perSecond: MESSAGES_PER_SECOND, seconds: SECONDS } as const
    const load = `${MESSAGES_PER_SECOND} messages/s and what goes with them`
    stage.keep(keeps ? load : `${load}, without scrolling back`, await measured(stage, order))
  },
}
