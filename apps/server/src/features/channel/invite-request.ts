/**
 * Asking to come into a channel by an invite link (SPEC.md, LINK-3 to LINK-5). Into a public one the link leads as joining does;
 * for a private one a request waits for a member's device: the server lets nobody in.
 */
import { verifyChannelLink, verifyLinkRequest } from '@reforms/crypto/public'
import {
  limits,
  ProtocolError,
  type ChannelId,
  type ChannelKind,
  type Entry,
  type LinkId,
  type UserId,
} from '@reforms/protocol'
import { createHash } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { refusedAs } from '../refusals.ts'
import { plainBytes, sameBytes } from '../stored-bytes.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { announceWaiting } from './announcement.ts'
import { isGood } from './invite-link.ts'
import { demandUnarchived, lockChannel } from './locked-channel.ts'
import { appendNotices } from './notices.ts'
import { channelStanding } from './standing.ts'
import { waitToBeAdded } from './waiting.ts'

interface GoodLink {
  readonly linkId: LinkId
  readonly channelId: ChannelId
  readonly kind: ChannelKind
  readonly statement: Buffer
  readonly sealedName: Buffer
  readonly createdBy: UserId
}

/** It may be used up. Throws 'invitation-invalid'. */
async function findLink(sql: Query, token: Uint8Array, { clock }: Services): Promise<GoodLink> {
  const hash = createHash('sha256').update(token).digest()
  const [link] = await sql<GoodLink[]>`
    select link_id as "linkId", channel_id as "channelId", kind, statement, sealed_name as "sealedName",
      l.created_by as "createdBy"
    from channel_link l join channel c using (channel_id)
    where token_hash = ${hash} and ${isGood(sql, clock())}`
  if (!link) throw new ProtocolError('invitation-invalid')
  return link
}

type Place = 'in' | 'asked' | 'was-in' | 'none'

async function placeOf(
  sql: Query,
  { channelId }: GoodLink,
  caller: DeviceCaller,
  { clock }: Services,
): Promise<Place> {
  const { place } = await channelStanding(sql, channelId, caller)
  if (place === 'member' || place === 'joining') return 'in'
  const [row] = await sql<{ met: boolean; asked: boolean }[]>`
    select exists (select from channel_met m
        where m.channel_id = ${channelId} and m.user_id = ${caller.userId}) as met,
      exists (select from channel_request r join channel_link l using (link_id)
          join channel c on c.channel_id = l.channel_id
        where r.channel_id = ${channelId} and r.user_id = ${caller.userId}
          and ${isGood(sql, clock())}) as asked`
  if (row?.met) return 'was-in'
  return row?.asked ? 'asked' : 'none'
}

export const check: Handlers['channelLink.check'] = async ({ token }, call) => {
  const { sql } = call.services
  const link = await findLink(sql, token, call.services)
  const { channelId, kind, sealedName, createdBy } = link
  const [inviter] = await sql<{ displayName: string }[]>`
    select display_name as "displayName" from user_account where user_id = ${createdBy}`
  return {
    ...{ channelId, kind, sealedName: plainBytes(sealedName) },
    place: await placeOf(sql, link, deviceCallerOf(call), call.services),
    ...(inviter ? { invitedBy: inviter.displayName } : {}),
  }
}

/** Throws 'invitation-invalid' where it is used up. */
async function takeUse(transaction: TransactionSql, { linkId }: GoodLink): Promise<void> {
  const taken = await transaction`
    update channel_link set uses_left = uses_left - 1 where link_id = ${linkId} and uses_left > 0
    returning link_id`
  if (taken.length === 0) throw new ProtocolError('invitation-invalid')
}

/** What no member's device would believe is refused here, in words. */
async function checkRequest(
  sql: Query,
  { channelId, statement }: GoodLink,
  request: Uint8Array,
  { userId }: DeviceCaller,
): Promise<void> {
  const asked = await refusedAs('invalid-input', async () => {
    const { linkKey } = await verifyChannelLink(plainBytes(statement))
    return verifyLinkRequest(linkKey, request)
  })
  const [user] = await sql<{ identityKey: Buffer }[]>`
    select identity_key as "identityKey" from user_account where user_id = ${userId}`
  const isOwn = asked.userId === userId && user && sameBytes(asked.identityKey, user.identityKey)
  if (asked.channelId !== channelId || !isOwn)
    throw new ProtocolError('invalid-input', { path: '/request', problem: 'is somebody else’s' })
}

interface Asking {
  readonly link: GoodLink
  readonly caller: DeviceCaller
  readonly request: Uint8Array
  readonly services: Services
}

/** Answers what is told after the commit: undefined where nothing has changed. */
async function ask(
  transaction: TransactionSql,
  { link, caller, request, services }: Asking,
): Promise<'waits' | Entry[] | undefined> {
  const { channelId, linkId } = link
  const { userId } = caller
  const channel = await lockChannel(transaction, channelId)
  demandUnarchived(channel)
  const place = await placeOf(transaction, link, caller, services)
  if (place === 'was-in') throw new ProtocolError('forbidden', { reason: 'was-in' })
  if (place !== 'none') return undefined
  const most = limitOf(services, 'joinsPerHour')
  await spend(transaction, services, { key: `join/${channelId}/${userId}`, most, refillMs: HOUR_MS })
  await takeUse(transaction, link)
  if (channel.kind === 'public') {
    await waitToBeAdded(transaction, channelId, caller)
    return 'waits'
  }
  const entries = await appendNotices(transaction, channel, [{ type: 'asked', userId }], services)
  await transaction`
    insert into channel_request (channel_id, user_id, link_id, request, since, asked_seq)
    values (${channelId}, ${userId}, ${linkId}, ${request}, ${new Date(services.clock())}, ${entries[0]!.seq})
    on conflict (channel_id, user_id) do update set link_id = excluded.link_id, request = excluded.request,
      since = excluded.since, asked_seq = excluded.asked_seq`
  return entries
}

export const askByLink: Handlers['channelLink.ask'] = async ({ token, request }, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const link = await findLink(services.sql, token, services)
  await checkRequest(services.sql, link, request, caller)
  const done = await inTransaction(services.sql, (transaction) =>
    ask(transaction, { link, caller, request, services }),
  )
  const { channelId } = link
  if (done === 'waits') announceWaiting(services.bus, [channelId], [caller.userId])
  else for (const entry of done ?? []) services.bus.toChannel(channelId, { type: 'entry', entry })
  return { place: (await placeOf(services.sql, link, caller, services)) === 'in' ? 'in' : 'asked' }
}

interface RequestRow {
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly statement: Buffer
  readonly request: Buffer
}

/**
 * Of those who are not in yet, by links that are still good, into channels in which the caller may admit: others could only look, and
 * those whom nobody answers would stand in the way of the rest.
 */
export const requests: Handlers['channelLink.requests'] = async (_input, call) => {
  const { sql, clock } = call.services
  const { userId, role } = deviceCallerOf(call)
  if (role === 'guest') return { requests: [] }
  const rows = await sql<RequestRow[]>`
    select r.channel_id as "channelId", r.user_id as "userId", l.statement, r.request
    from channel_request r join channel_link l using (link_id) join user_account u on u.user_id = r.user_id
      join channel c on c.channel_id = r.channel_id
    where ${isGood(sql, clock())} and u.active and exists (
      select from live_leaf own where own.channel_id = r.channel_id and own.user_id = ${userId}
        and (c.admitters = 'members' or encode(own.identity_key, 'hex') = any(c.moderators)))
    order by r.since limit ${limits.CHANNEL_LINK_REQUESTS_PAGE_MAX}`
  const plain = rows.map(({ statement, request, ...row }) => ({
    ...{ ...row, statement: plainBytes(statement), request: plainBytes(request) },
  }))
  return { requests: plain }
}
