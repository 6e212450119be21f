/** The channel list and one channel's page, made from the database. */
import { policyOf, rosterOf, type Leaf } from '@reforms/crypto'
import { cleanName, type ChannelId, type ChannelPolicy, type UserId } from '@reforms/protocol'
import type { ChannelItem, ChannelView, Member, Person } from '../../engine-api.ts'
import type { Arranged } from '../../personal-api.ts'
import type { SqlValue } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { hasEnded } from '../channel/ended.ts'
import { isLeftBehind } from '../channel/founded.ts'
import { isPolicyChanging } from '../channel/policy-change.ts'
import { loadGroup } from '../channel/group-store.ts'
import { unreadThreads } from '../channel/threads.ts'
import { troublesOf } from '../channel/trouble.ts'
import { arrangements } from '../personal/channel-list.ts'
import { readAbout } from '../tables/about.ts'
import { readChannel, readChannels, type ChannelRow } from '../tables/channels.ts'
import { CALLING, WAITING } from '../tables/plans.ts'
import { hasNewIdentity, readPeople, readPerson, type PersonRow } from '../tables/people.ts'
import { UNREAD } from '../tables/unread.ts'
import { previewOf } from './timeline.ts'
import type { GroupFacts, ListedChannel } from './view-cache.ts'

const UNNAMED = 'Private channel'

export function personView(context: Context, row: PersonRow): Person {
  return {
    userId: row.userId,
    userName: row.userName,
    displayName: row.displayName,
    role: row.role,
    active: row.active,
    colourSeed: Array.from(row.identityKey.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    ),
    presence: context.presence.get(row.userId) ?? 'offline',
    ...showsOf(context, row.userId),
  }
}

export function peopleView(context: Context): Person[] {
  return readPeople(context.database).map((row) => personView(context, row))
}

export function newIdentityWords({ displayName }: PersonRow): string {
  return `${displayName} has a new identity. Compare safety numbers.`
}

/** A direct channel is named after the others; one with nobody else, after oneself. */
export function nameOf(context: Context, row: ChannelRow): string {
  if (row.kind !== 'direct') return row.name === '' ? UNNAMED : row.name
  const others = row.participants.filter((userId) => userId !== context.me?.userId)
  const shown = others.length > 0 ? others : row.participants
  return shown.map((userId) => readPerson(context.database, userId)?.displayName ?? 'Somebody').join(', ')
}

export function channelsView(context: Context): ChannelItem[] {
  const arranged = arrangements(context)
  return readChannels(context.database)
    .filter((row) => row.place !== 'none' && row.place !== 'leaving')
    .map((row) => channelItem(context, row, arranged(row.channelId)))
}

function channelItem(context: Context, row: ChannelRow, arranged: Arranged): ChannelItem {
  return {
    channelId: row.channelId,
    kind: row.kind,
    topic: row.topic,
    archived: row.archived,
    lastAt: row.lastAt,
    ...listed(context, row, arranged.muted ?? false),
    ...arranged,
    place: row.place === 'joining' ? 'joining' : 'member',
    ...ofOthers(context, row),
  }
}

function ofOthers(context: Context, { participants }: ChannelRow): Pick<ChannelItem, 'people' | 'shows'> {
  const people = participants.filter((userId) => userId !== context.me?.userId)
  const [only, ...others] = people
  return { people, ...(only && others.length === 0 ? showsOf(context, only) : {}) }
}

function showsOf(context: Context, userId: UserId): Pick<Person, 'shows'> {
  const shows = context.shown.of(userId)
  return shows.status || shows.quietUntil !== undefined ? { shows } : {}
}

/**
 * The rows are read each time; what takes more is kept until they, or what they stand for, have changed. The newest words are for
 * conversations with people only: there may be hundreds of channels.
 */
function listed(context: Context, row: ChannelRow, muted: boolean): ListedChannel {
  const of = `${row.log?.seq ?? 0}/${row.readSeq}/${muted}/${row.name}`
  return context.viewCache.listed(row.channelId, of, () => {
    const named = row.kind === 'direct'
    const preview = named ? previewOf(context, row.channelId) : undefined
    const threads = muted ? [] : unreadThreads(context, row.channelId)
    return {
      named,
      name: nameOf(context, row),
      ...countUnread(context, row, muted),
      ...(threads.length > 0 ? { threads } : {}),
      ...(preview ? { preview } : {}),
    }
  })
}

/** Counting stops at this many: the list shows "99+". */
const COUNT_MAX = 1000

/** As the index entry_calling has it. */
const CALLS = '(notify IS NOT NULL OR calls_all = 1 OR calls_team = 1)'
const NAMES = '(instr(notify, ?) > 0 OR calls_team = 1)'

/** Of what is muted only what names this user or a team of theirs counts (OWN-6), however much else is unread. */
function countUnread(
  context: Context,
  row: ChannelRow,
  muted: boolean,
): { unread: number; mentions: number } {
  const me = context.me?.userId ?? ''
  const count = (where: string, ...parameters: SqlValue[]) => {
    const counted = `SELECT 1 FROM entry ${where} LIMIT ${COUNT_MAX}`
    const found = [row.channelId, row.readSeq, me, ...parameters]
    return Number(context.database.all(`SELECT count(*) AS count FROM (${counted})`, found)[0]?.['count'])
  }
  const name = new TextEncoder().encode(me)
  if (muted) {
    const named = count(`${CALLING} WHERE ${UNREAD} AND ${CALLS} AND ${NAMES}`, name)
    return { unread: named, mentions: named }
  }
  const unread = count(`WHERE ${UNREAD}`)
  if (row.kind === 'direct' || unread === 0) return { unread, mentions: unread }
  return {
    unread,
    mentions: count(`${CALLING} WHERE ${UNREAD} AND ${CALLS} AND (calls_all = 1 OR ${NAMES})`, name),
  }
}

export function channelView(context: Context, channelId: ChannelId): ChannelView | undefined {
  const row = readChannel(context.database, channelId)
  if (!row) return undefined
  const group = groupFacts(context, row)
  const policy = group?.policy
  const myKey = context.keys?.identityKey
  const isModerator = (key: Uint8Array) => policy?.moderators.some((each) => sameBytes(each, key)) ?? false
  const isGuest = context.me?.role === 'guest'
  const named = !isGuest && myKey !== undefined && isModerator(myKey)
  return {
    channelId,
    // Once in, the group says it, whatever the server says (POL-1).
    kind: policy?.kind ?? row.kind,
    name: nameOf(context, row),
    topic: row.topic,
    archived: row.archived,
    ...rulesOf(context, row, policy),
    place: row.place,
    ...(group && hasEnded(context, row, group.leaves) ? { ended: true as const } : {}),
    iAmModerator: named || moderatesPublic(context, row),
    namedModerator: named,
    ...(isGuest ? { iAmGuest: true as const } : {}),
    members: group
      ? context.viewCache.members(channelId, epochOf(row), () =>
          membersOf(context, group.leaves, isModerator),
        )
      : [],
    warnings: warningsOf(context, row),
    typing: typingIn(context, channelId),
  }
}

type Rules = Pick<
  ChannelView,
  'description' | 'writers' | 'history' | 'retentionDays' | 'beganBefore' | 'policyChanging'
>

/** What moderators have decided, as far as it is known here. */
function rulesOf(context: Context, row: ChannelRow, policy: ChannelPolicy | undefined): Rules {
  const { channelId, kind } = row
  const about = readAbout(context.database, channelId)
  const hidesPast = policy !== undefined && policy.history !== 'all' && beganBefore(context, row)
  return {
    description: about?.description ?? '',
    writers: about?.writers ?? 'members',
    history: policy?.history ?? (kind === 'public' ? 'all' : 'joining'),
    retentionDays: policy?.retentionDays ?? 0,
    ...(hidesPast ? { beganBefore: true as const } : {}),
    ...(isPolicyChanging(context, channelId) ? { policyChanging: true as const } : {}),
  }
}

/** Whether something was said before this user came in. */
function beganBefore({ database }: Context, { channelId, joinedSeq, log }: ChannelRow): boolean {
  if (log && log.firstSeq > 1) return true
  const [row] = database.all(
    `SELECT EXISTS (SELECT 1 FROM entry ${WAITING} WHERE channel_id = ? AND seq < ? AND kind = 'message' AND state = 'waiting') AS is_so`,
    [channelId, joinedSeq],
  )
  return row?.['is_so'] === 1
}

const epochOf = ({ generation, epoch, groupSeq }: ChannelRow) => `${generation}.${epoch}.${groupSeq ?? 0}`

/** Kept for the epoch, so that a message does not decode the group again. */
function groupFacts(context: Context, row: ChannelRow): GroupFacts | undefined {
  if (row.groupSeq === undefined) return undefined
  return context.viewCache.group(row.channelId, epochOf(row), () => {
    const group = loadGroup(context, row.channelId)
    return group && { policy: policyOf(group), leaves: rosterOf(group) }
  })
}

function warningsOf(context: Context, row: ChannelRow): string[] {
  return [
    ...(row.warning ? [row.warning] : []),
    ...troublesOf(context, row.channelId),
    ...(isLeftBehind(context, row) ? [LEFT_BEHIND] : []),
    ...(context.proofs.held.has(row.channelId) ? [HELD] : []),
    ...newIdentities(context, row),
    ...context.memberChecks.warningsOf(row.channelId),
  ]
}

const LEFT_BEHIND =
  'Somebody who was not in this channel has begun its encryption anew. This device does not go along, so nothing is sent from here. Tell an administrator.'

const HELD =
  'There is a device in this channel that its owner has not signed for. What you write waits here until it has been removed.'

/** Until the new safety number has been looked at. */
function newIdentities(context: Context, row: ChannelRow): string[] {
  if (row.kind !== 'direct') return []
  return row.participants.flatMap((userId) => {
    const person = userId === context.me?.userId ? undefined : readPerson(context.database, userId)
    return person && hasNewIdentity(person) ? newIdentityWords(person) : []
  })
}

function moderatesPublic(context: Context, row: ChannelRow): boolean {
  const role = context.me?.role
  return row.kind === 'public' && (role === 'administrator' || role === 'moderator')
}

/** The member list is the MLS roster: who can read, not who the server says can (POL-5). */
function membersOf(
  context: Context,
  leaves: readonly Leaf[],
  isModerator: (key: Uint8Array) => boolean,
): Member[] {
  const members = new Map<UserId, Member>()
  for (const leaf of leaves) {
    const person = readPerson(context.database, leaf.userId)
    const known = members.get(leaf.userId)
    const device = { deviceId: leaf.deviceId, name: deviceName(context, leaf.userId, leaf.deviceId) }
    if (known) {
      known.devices.push(device)
    } else if (person) {
      members.set(leaf.userId, {
        ...personView(context, person),
        moderator: isModerator(leaf.identityKey),
        devices: [device],
        standing: 'in',
      })
    }
  }
  return [...members.values()].sort((a, b) => a.displayName.localeCompare(b.displayName))
}

function deviceName(context: Context, userId: UserId, deviceId: string): string {
  const devices = context.deviceLists.get(userId)?.list.devices
  return cleanName(devices?.find((device) => device.deviceId === deviceId)?.name ?? '') || 'Device'
}

function typingIn(context: Context, channelId: ChannelId): UserId[] {
  const now = context.now()
  return [...(context.typing.get(channelId) ?? [])]
    .filter(([, until]) => until > now)
    .map(([userId]) => userId)
}
