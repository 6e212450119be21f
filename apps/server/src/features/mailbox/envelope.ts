/** Reading, clearing and leaving envelopes (SPEC.md, MBX-*). */
import {
  ProtocolError,
  type ChannelId,
  type DeviceId,
  type Envelope,
  type Input,
  type UserId,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { dropEnvelopes, nextEnvelopeId, type DeliveredEnvelope } from './mailbox.ts'

/** An answer ends with the envelope that passes this: with the largest Welcome as its last it still fits a frame. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024

interface EnvelopeRow {
  readonly id: number
  readonly kind: Envelope['kind']
  readonly channelId: ChannelId | null
  readonly seq: number | null
  readonly from: DeviceId | null
  readonly at: number
  readonly payload: Buffer
}

function envelopeOf({ id, kind, channelId, seq, from, at, payload }: EnvelopeRow): Envelope {
  return {
    id,
    kind,
    at,
    payload: plainBytes(payload),
    ...(channelId === null ? {} : { channelId }),
    ...(seq === null ? {} : { seq }),
    ...(from === null ? {} : { from }),
  }
}

interface PageRow extends EnvelopeRow {
  /** How many there are after the id, up to one more than were asked for. */
  readonly found: number
}

/** As many as fit one answer, and at least one; the others are not even fetched. */
const read: Handlers['mailbox.read'] = async ({ after, limit }, call) => {
  const { deviceId } = deviceCallerOf(call)
  const rows = await call.services.sql<PageRow[]>`
    select id::float8 as id, kind, channel_id as "channelId", seq::float8 as seq, from_device as "from",
      at::float8 as at, payload, found
    from (
      select *, count(*) over ()::int as found, sum(length(payload)) over (order by id) as running
      from (
        select id, kind, channel_id, seq, from_device, at, coalesce(envelope.payload, welcome.payload) as payload
        from envelope left join welcome using (welcome_id)
        where device_id = ${deviceId} and id > ${after} order by id limit ${limit + 1}
      ) page
    ) sized
    where running - length(payload) < ${ANSWER_MAX_BYTES} order by id limit ${limit}`
  return { envelopes: rows.map(envelopeOf), more: rows.length < (rows[0]?.found ?? 0) }
}

const clear: Handlers['mailbox.clear'] = async ({ through }, call) => {
  const { deviceId } = deviceCallerOf(call)
  await inTransaction(call.services.sql, (transaction) => dropEnvelopes(transaction, deviceId, through))
  return {}
}

/** Those of the devices that the caller may write to: one's own, and those of people in the same channels. */
async function reachable(
  transaction: TransactionSql,
  userId: UserId,
  deviceIds: readonly DeviceId[],
): Promise<Set<DeviceId>> {
  const rows = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from device
    where device_id = any(${[...deviceIds]}::uuid[]) and cut_at is null and (
      user_id = ${userId} or exists (
        select from live_leaf mine join live_leaf theirs using (channel_id)
        where mine.user_id = ${userId} and theirs.user_id = device.user_id
      ))`
  return new Set(rows.map((row) => row.deviceId))
}

/** Throws 'too-many'. Of all devices of a user together: another device is soon made. */
async function checkSender(transaction: TransactionSql, services: Services, from: UserId, adding: number) {
  const [row] = await transaction<{ waiting: number }[]>`
    select count(*)::int as waiting from envelope
    where kind = 'sealed' and from_device in (select device_id from device where user_id = ${from})`
  if ((row?.waiting ?? 0) + adding > limitOf(services, 'envelopesFromUser'))
    throw new ProtocolError('too-many')
}

/** Whether what waits from one user for another leaves room: whoever never reads must not use up others' room either. */
async function hasShare(
  transaction: TransactionSql,
  services: Services,
  from: UserId,
  to: DeviceId,
): Promise<boolean> {
  const [row] = await transaction<{ waiting: number }[]>`
    select count(*)::int as waiting from envelope
    where kind = 'sealed' and from_device in (select device_id from device where user_id = ${from})
      and device_id in (
        select device_id from device where user_id = (select user_id from device where device_id = ${to}))`
  return (row?.waiting ?? 0) < limitOf(services, 'envelopesBetweenUsers')
}

async function hasRoom(
  transaction: TransactionSql,
  services: Services,
  deviceId: DeviceId,
): Promise<boolean> {
  const [row] = await transaction<{ waiting: number }[]>`
    select count(*)::int as waiting from envelope where device_id = ${deviceId} and kind = 'sealed'`
  return (row?.waiting ?? 0) < limitOf(services, 'envelopesPerDevice')
}

/** A full mailbox, such as that of a device nobody uses, keeps nothing from the others. Throws 'too-many' if all are full. */
async function deliver(
  transaction: TransactionSql,
  services: Services,
  { userId, deviceId: from }: DeviceCaller,
  { envelopes }: Input<'mailbox.send'>,
): Promise<DeliveredEnvelope[]> {
  await checkSender(transaction, services, userId, envelopes.length)
  const ids = envelopes.map(({ deviceId }) => deviceId)
  const allowed = await reachable(transaction, userId, ids)
  const delivered: DeliveredEnvelope[] = []
  const inOrder = envelopes.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  for (const { deviceId, payload } of inOrder.filter((envelope) => allowed.has(envelope.deviceId))) {
    if (!(await hasShare(transaction, services, userId, deviceId))) continue
    const id = await nextEnvelopeId(transaction, deviceId)
    if (id === undefined || !(await hasRoom(transaction, services, deviceId))) continue
    await transaction`
      insert into envelope (device_id, id, kind, from_device, at, payload)
      values (${deviceId}, ${id}, 'sealed', ${from}, ${services.clock()}, ${payload})`
    delivered.push({ deviceId, id })
  }
  if (allowed.size > 0 && delivered.length === 0) throw new ProtocolError('too-many')
  return delivered
}

const send: Handlers['mailbox.send'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const delivered = await inTransaction(services.sql, (transaction) =>
    deliver(transaction, services, caller, input),
  )
  for (const { deviceId, id } of delivered) services.bus.toDevice(deviceId, { type: 'mailbox', id })
  return { delivered: delivered.length }
}

export const mailboxHandlers = {
  'mailbox.read': read,
  'mailbox.clear': clear,
  'mailbox.send': send,
} satisfies Pick<Handlers, 'mailbox.read' | 'mailbox.clear' | 'mailbox.send'>
