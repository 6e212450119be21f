/**
 * What a user is to a channel, for `can()` (SPEC.md, PERM-*). Membership is the roster: a leaf that came in by a commit
 * and does not wait to be removed.
 */
import type { ChannelId, ChannelKind, Role } from '@reforms/protocol'
import type { Actor } from '../../ports/call.ts'
import type { Query } from '../transaction.ts'

export type Place = 'member' | 'joining' | 'leaving' | 'none'

export interface ChannelStanding {
  readonly exists: boolean
  readonly kind: ChannelKind
  readonly archived: boolean
  readonly place: Place
  readonly moderator: boolean
  /** A moderator by the group's policy, which every member knows; no guest is. */
  readonly named: boolean
}

/** Who moderates public channels by their role in the organisation. */
export const MODERATING: readonly Role[] = ['administrator', 'moderator']

interface StandingRow {
  readonly kind: ChannelKind
  readonly archived: boolean
  readonly live: boolean
  readonly leaf: boolean
  readonly joining: boolean
  readonly named: boolean
}

const NOWHERE: ChannelStanding = {
  exists: false,
  kind: 'private',
  archived: false,
  place: 'none',
  moderator: false,
  named: false,
}

/** What is known of somebody of whom nothing but their place is: it grants what a member may. */
export const KNOWN_MEMBER: ChannelStanding = { ...NOWHERE, exists: true, place: 'member' }

/**
 * `joining` goes before `leaving`: a user whose only leaf waits to be removed, with a lost device, comes in with a new one
 * also where nobody else is there to commit the removal.
 */
export function placeOf({ live, leaf, joining }: Pick<StandingRow, 'live' | 'leaf' | 'joining'>): Place {
  if (live) return 'member'
  if (joining) return 'joining'
  return leaf ? 'leaving' : 'none'
}

export interface StandingQuestion {
  readonly channelId: ChannelId
  readonly actor: Pick<Actor, 'userId' | 'role'>
}

function standingOf(row: StandingRow | undefined, { role }: Pick<Actor, 'role'>): ChannelStanding {
  if (!row) return NOWHERE
  const { kind, archived } = row
  // Also whom the policy names moderates nothing while they are a guest (GUEST-1).
  const named = row.named && role !== 'guest'
  const moderator = named || (kind === 'public' && MODERATING.includes(role))
  return { exists: true, kind, archived, place: placeOf(row), moderator, named }
}

/** In the order of the questions. */
export async function channelStandings(
  sql: Query,
  questions: readonly StandingQuestion[],
): Promise<ChannelStanding[]> {
  const channelIds = questions.map(({ channelId }) => channelId)
  const userIds = questions.map(({ actor }) => actor.userId)
  const rows = await sql<(StandingRow & { readonly number: number })[]>`
    select asked.number::int as number, kind, archived,
      exists (select from live_leaf l where l.channel_id = c.channel_id and l.user_id = asked.user_id) as live,
      exists (select from channel_leaf l where l.channel_id = c.channel_id and l.user_id = asked.user_id) as leaf,
      exists (select from channel_waiting w
        where w.channel_id = c.channel_id and w.user_id = asked.user_id and w.kind = 'add') as joining,
      exists (select from live_leaf l where l.channel_id = c.channel_id and l.user_id = asked.user_id
        and encode(l.identity_key, 'hex') = any(c.moderators)) as named
    from unnest(${channelIds}::uuid[], ${userIds}::uuid[]) with ordinality as asked (channel_id, user_id, number)
    join channel c on c.channel_id = asked.channel_id`
  const found = new Map(rows.map((row) => [row.number, row]))
  return questions.map(({ actor }, index) => standingOf(found.get(index + 1), actor))
}

export async function channelStanding(
  sql: Query,
  channelId: ChannelId,
  actor: Pick<Actor, 'userId' | 'role'>,
): Promise<ChannelStanding> {
  const [standing] = await channelStandings(sql, [{ channelId, actor }])
  return standing!
}
