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
import { dropUnreadWelcomes, nextEnvelopeId, type DeliveredEnvelope } from './mailbox.ts'

/** More than a Welcome or two at once would not fit a frame. */
const ANSWER_MAX_BYTES = 8 * 1024 * 1024

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

/** As many as fit one answer, and at least one. */
function fitting(envelopes: readonly Envelope[]): Envelope[] {
  let size = 0
  const end = envelopes.findIndex(({ payload }) => (size += payload.length) > ANSWER_MAX_BYTES)
  return end === -1 ? [...envelopes] : envelopes.slice(0, Math.max(1, end))
}

const read: Handlers['mailbox.read'] = async ({ after, limit }, call) => {
  const { deviceId } = deviceCallerOf(call)
  const rows = await call.services.sql<EnvelopeRow[]>`
    select id::float8 as id, kind, channel_id as "channelId", seq::float8 as seq, from_device as "from",
      at::float8 as at, coalesce(envelope.payload, welcome.payload) as payload
    from envelope left join welcome using (welcome_id)
    where device_id = ${deviceId} and id > ${after} order by id limit ${limit + 1}`
  const envelopes = fitting(rows.slice(0, limit).map(envelopeOf))
  return { envelopes, more: envelopes.length < rows.length }
}

const clear: Handlers['mailbox.clear'] = async ({ through }, call) => {
  const { deviceId } = deviceCallerOf(call)
  await inTransaction(call.services.sql, async (transaction) => {
    const welcomes = await transaction`
      delete from envelope where device_id = ${deviceId} and id <= ${through} and kind = 'welcome' returning id`
    await transaction`delete from envelope where device_id = ${deviceId} and id <= ${through}`
    if (welcomes.length > 0) await dropUnreadWelcomes(transaction)
  })
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

async function checkSender(transaction: TransactionSql, services: Services, from: DeviceId, adding: number) {
  const [row] = await transaction<{ waiting: number }[]>`
    select count(*)::int as waiting from envelope where from_device = ${from} and kind = 'sealed'`
  if ((row?.waiting ?? 0) + adding > limitOf(services, 'envelopesFromDevice')) {
    throw new ProtocolError('rate-limited')
  }
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

async function deliver(
  transaction: TransactionSql,
  services: Services,
  caller: DeviceCaller,
  { envelopes }: Input<'mailbox.send'>,
): Promise<DeliveredEnvelope[]> {
  await checkSender(transaction, services, caller.deviceId, envelopes.length)
  const ids = envelopes.map(({ deviceId }) => deviceId)
  const allowed = await reachable(transaction, caller.userId, ids)
  const delivered: DeliveredEnvelope[] = []
  const inOrder = envelopes.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  for (const { deviceId, payload } of inOrder.filter((envelope) => allowed.has(envelope.deviceId))) {
    const id = await nextEnvelopeId(transaction, deviceId)
    if (id === undefined) continue
    if (!(await hasRoom(transaction, services, deviceId))) throw new ProtocolError('too-many', { deviceId })
    await transaction`
      insert into envelope (device_id, id, kind, from_device, at, payload)
      values (${deviceId}, ${id}, 'sealed', ${caller.deviceId}, ${services.clock()}, ${payload})`
    delivered.push({ deviceId, id })
  }
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
