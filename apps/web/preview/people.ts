/** The people of a small clinic, who do not exist. */
import type { Person, Shown, TeamView } from '@reforms/client'
import type { DeviceId, Role, TeamId, UserId } from '@reforms/protocol'

type Row = [name: string, userName: string, role: Role, presence: Person['presence']]

const ROWS: Row[] = [
  ['Miriam Okafor', 'miriam.okafor', 'administrator', 'online'],
  ['Jonas Lindqvist', 'jonas.lindqvist', 'member', 'online'],
  ['Dr. Aylin Şahin', 'aylin.sahin', 'moderator', 'away'],
  ['Tom Becker', 'tom.becker', 'member', 'online'],
  ['ليلى حداد', 'layla.haddad', 'member', 'online'],
  ['Grace Mwangi', 'grace.mwangi', 'member', 'offline'],
  ['佐藤 美咲', 'misaki.sato', 'member', 'away'],
  ['Bartholomew Featherstonehaugh-Cholmondeley of the Night Shift', 'bartholomew', 'member', 'offline'],
  ['Inês Carvalho', 'ines.carvalho', 'member', 'online'],
]

export const userId = (number: number) =>
  `00000000-0000-7000-8000-${String(number).padStart(12, '0')}` as UserId
export const deviceId = (number: number) =>
  `00000000-0000-7000-9000-${String(number).padStart(12, '0')}` as DeviceId

/** What some of them show, by their place. */
export const SHOWN: Record<number, Shown> = {
  0: { status: { emoji: '🩺', text: 'On the ward round' } },
  1: { status: { emoji: '🌴', text: 'On holiday until Monday' }, quietUntil: Date.now() + 7_200_000 },
  3: { quietUntil: Date.now() + 3_600_000 },
}

export const PEOPLE: Person[] = ROWS.map(([displayName, userName, role, presence], index) => ({
  userId: userId(index),
  userName,
  displayName,
  role,
  active: true,
  colourSeed: ((index * 0x3d1a57 + 0x51) & 0xffffff).toString(16).padStart(6, '0'),
  presence,
  ...(SHOWN[index] ? { shows: SHOWN[index] } : {}),
}))

export function person(index: number): Person {
  const found = PEOPLE[index]
  if (!found) throw new RangeError('no such person in the preview')
  return found
}

export const TEAMS: TeamView[] = [
  ['nurses', 'Nurses of all wards', [1, 3, 5]] as const,
  ['night.shift', 'Night shift', [3, 7]] as const,
].map(([handle, name, members], index) => ({
  teamId: `00000000-0000-7000-b000-${String(index).padStart(12, '0')}` as TeamId,
  handle,
  name,
  members: members.map(userId),
  mayChange: true,
}))
