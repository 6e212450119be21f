/**
 * Mailboxes of devices (SPEC.md, MBX-*): an envelope's id follows the one before under the mailbox's row lock, so that
 * no reader passes one that is not committed yet. Directory opens and drops mailboxes; the log delivers Welcomes.
 */
import type { ChannelId, DeviceId, Milliseconds, Seq } from '@reforms/protocol'
import { randomUUID } from 'node:crypto'
import type { TransactionSql } from 'postgres'

export async function openMailbox(transaction: TransactionSql, deviceId: DeviceId): Promise<void> {
  await transaction`insert into mailbox (device_id) values (${deviceId}) on conflict do nothing`
}

export async function dropMailbox(transaction: TransactionSql, deviceId: DeviceId): Promise<void> {
  await dropEnvelopes(transaction, deviceId, Number.MAX_SAFE_INTEGER)
  await transaction`delete from mailbox where device_id = ${deviceId}`
}

/** Up to and including an id. A Welcome goes with its last envelope: its row lock lets those who drop one wait in line. */
export async function dropEnvelopes(
  transaction: TransactionSql,
  deviceId: DeviceId,
  through: number,
): Promise<void> {
  const welcomes = await transaction<{ welcomeId: string }[]>`
    select welcome_id as "welcomeId" from welcome where welcome_id in (
      select welcome_id from envelope
      where device_id = ${deviceId} and id <= ${through} and welcome_id is not null
    ) order by welcome_id for update`
  await transaction`delete from envelope where device_id = ${deviceId} and id <= ${through}`
  if (welcomes.length === 0) return
  await transaction`
    delete from welcome where welcome_id = any(${welcomes.map(({ welcomeId }) => welcomeId)}::uuid[])
      and not exists (select from envelope where envelope.welcome_id = welcome.welcome_id)`
}

/** The next id of a mailbox; undefined where there is none, since its device was cut. */
export async function nextEnvelopeId(
  transaction: TransactionSql,
  deviceId: DeviceId,
): Promise<number | undefined> {
  const [row] = await transaction<{ id: number }[]>`
    update mailbox set last_id = last_id + 1 where device_id = ${deviceId} returning last_id::float8 as id`
  return row?.id
}

export interface DeliveredEnvelope {
  readonly deviceId: DeviceId
  readonly id: number
}

export interface WelcomeDelivery {
  readonly payload: Uint8Array
  readonly deviceIds: readonly DeviceId[]
  /** Where in the log the devices came in. */
  readonly channelId: ChannelId
  readonly seq: Seq
  readonly from: DeviceId
  readonly at: Milliseconds
}

/**
 * One stored Welcome, an envelope for each device that has a mailbox. The mailboxes are locked in order, so that two
 * commits that bring in the same devices do not wait for each other.
 */
export async function deliverWelcome(
  transaction: TransactionSql,
  { payload, deviceIds, channelId, seq, from, at }: WelcomeDelivery,
): Promise<DeliveredEnvelope[]> {
  const mailboxes = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from mailbox where device_id = any(${[...deviceIds]}::uuid[])
    order by device_id for update`
  if (mailboxes.length === 0) return []
  const welcomeId = randomUUID()
  await transaction`insert into welcome (welcome_id, payload) values (${welcomeId}, ${payload})`
  return transaction<DeliveredEnvelope[]>`
    with taken as (
      update mailbox set last_id = last_id + 1
      where device_id = any(${mailboxes.map(({ deviceId }) => deviceId)}::uuid[]) returning device_id, last_id
    )
    insert into envelope (device_id, id, kind, channel_id, seq, from_device, at, welcome_id)
    select device_id, last_id, 'welcome', ${channelId}::uuid, ${seq}::bigint, ${from}::uuid, ${at}::bigint,
      ${welcomeId}::uuid
    from taken returning device_id as "deviceId", id::float8 as id`
}
