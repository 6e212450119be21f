/**
 * Invite links to a channel: made, listed and revoked by its moderators (SPEC.md, LINK-*). Whom they let in is in
 * invite-request.ts.
 */
import { verifyChannelLink } from '@reforms/crypto/public'
import {
  limits,
  ProtocolError,
  type ChannelLink,
  type DeviceId,
  type Input,
  type Milliseconds,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { callerOf, deviceCallerOf } from '../caller.ts'
import { refusedAs } from '../refusals.ts'
import { sameBytes } from '../stored-bytes.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { demandUnarchived, lockChannel } from './locked-channel.ts'
import { MODERATING } from './standing.ts'

/** An hour more than clients ask for, whose clocks may differ. */
const LIFETIME_MAX_MS = (limits.CHANNEL_LINK_HOURS_MAX + 1) * 60 * 60 * 1000

type Creation = Input<'channelLink.create'>

/**
 * Of `channel_link l` and its `channel c`: what members' devices believe still, though it may be used up. A link ends with its maker's
 * right to moderate, and with the device that signed for it (LINK-4): whoever asked by it would wait for nobody.
 */
export function isGood(sql: Query, now: Milliseconds) {
  return sql`l.expires_at > ${new Date(now)} and not c.archived and exists (
    select from user_account maker where maker.user_id = l.created_by and maker.active and maker.role <> 'guest'
      and ((c.kind = 'public' and maker.role = any(${[...MODERATING]}::text[]))
        or exists (select from live_leaf leaf
          where leaf.channel_id = c.channel_id and leaf.user_id = maker.user_id
            and encode(leaf.identity_key, 'hex') = any(c.moderators)
            and (c.kind = 'public' or l.signer is null or leaf.signature_key = l.signer))))`
}

/** What the device has signed. What no member's device would believe is refused here, in words. */
async function checkStatement(
  { channelId, statement }: Creation,
  deviceKey: Uint8Array,
  now: Milliseconds,
): Promise<{ signer: Uint8Array; expiry: Milliseconds }> {
  const refuse = (problem: string): never => {
    throw new ProtocolError('invalid-input', { path: '/statement', problem })
  }
  const link = await refusedAs('invalid-input', () => verifyChannelLink(statement))
  if (link.channelId !== channelId) refuse('is for another channel')
  if (!sameBytes(link.signer, deviceKey)) refuse('is signed by another device')
  if (link.expiry <= now || link.expiry > now + LIFETIME_MAX_MS) refuse('is over, or for too long')
  return link
}

async function readDeviceKey(sql: Query, deviceId: DeviceId): Promise<Uint8Array> {
  const [device] = await sql<{ signatureKey: Buffer }[]>`
    select signature_key as "signatureKey" from device where device_id = ${deviceId}`
  if (!device) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  return device.signatureKey
}

/** Those that are good no more make room. Throws 'too-many'. */
async function demandRoom(
  transaction: TransactionSql,
  { channelId }: Creation,
  now: Milliseconds,
): Promise<void> {
  await transaction`
    delete from channel_link l using channel c
    where c.channel_id = l.channel_id and l.channel_id = ${channelId} and not (${isGood(transaction, now)})`
  const [good] = await transaction<{ count: number }[]>`
    select count(*)::int as count from channel_link where channel_id = ${channelId}`
  if ((good?.count ?? 0) >= limits.CHANNEL_LINKS_MAX) throw new ProtocolError('too-many')
}

export const create: Handlers['channelLink.create'] = async (input, call) => {
  const { services } = call
  const { userId: actor, deviceId } = deviceCallerOf(call)
  const { channelId, linkId, tokenHash, statement, sealedName, uses } = input
  const deviceKey = await readDeviceKey(services.sql, deviceId)
  const { signer, expiry: expiresAt } = await checkStatement(input, deviceKey, services.clock())
  await inTransaction(services.sql, async (transaction) => {
    const channel = await lockChannel(transaction, channelId)
    if (channel.kind === 'direct') throw new ProtocolError('forbidden', { reason: 'direct' })
    demandUnarchived(channel)
    const now = services.clock()
    await demandRoom(transaction, input, now)
    const made = await transaction`
      insert into channel_link (link_id, channel_id, token_hash, statement, signer, sealed_name, created_by,
        created_at, expires_at, uses, uses_left)
      values (${linkId}, ${channelId}, ${tokenHash}, ${statement}, ${signer}, ${sealedName}, ${actor},
        ${new Date(now)}, ${new Date(expiresAt)}, ${uses}, ${uses})
      on conflict do nothing returning link_id`
    if (made.length === 0) throw new ProtocolError('already-exists')
    const note = { action: 'channel-link.created', actor, subject: channelId }
    await services.audit(transaction, { ...note, detail: { linkId, uses, expiresAt } })
  })
  return {}
}

interface LinkRow extends Omit<ChannelLink, 'createdAt' | 'expiresAt'> {
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const list: Handlers['channelLink.list'] = async (
  { channelId },
  { services }: { services: Services },
) => {
  const { sql, clock } = services
  const rows = await sql<LinkRow[]>`
    select link_id as "linkId", l.created_by as "createdBy", l.created_at as "createdAt",
      expires_at as "expiresAt", uses, uses_left as "usesLeft"
    from channel_link l join channel c using (channel_id)
    where channel_id = ${channelId} and uses_left > 0 and ${isGood(sql, clock())}
    order by l.created_at desc, link_id desc limit ${limits.CHANNEL_LINKS_MAX}`
  return {
    links: rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.getTime(),
      expiresAt: row.expiresAt.getTime(),
    })),
  }
}

/** Whoever has asked by it and is not let in yet asks no more. */
export const revoke: Handlers['channelLink.revoke'] = async ({ channelId, linkId }, call) => {
  const { sql, audit } = call.services
  const actor = callerOf(call).userId
  await inTransaction(sql, async (transaction) => {
    const revoked = await transaction`
      delete from channel_link where link_id = ${linkId} and channel_id = ${channelId} returning link_id`
    if (revoked.length === 0) throw new ProtocolError('not-found')
    await audit(transaction, {
      action: 'channel-link.revoked',
      actor,
      subject: channelId,
      detail: { linkId },
    })
  })
  return {}
}
