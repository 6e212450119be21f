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
  await transaction`delete from mailbox where device_id = ${deviceId}`
  await dropUnreadWelcomes(transaction)
}

/** A Welcome goes with its last envelope. */
export async function dropUnreadWelcomes(transaction: TransactionSql): Promise<void> {
  await transaction`
    delete from welcome where not exists (select from envelope where envelope.welcome_id = welcome.welcome_id)`
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

/** One stored Welcome, an envelope for each device. */
export async function deliverWelcome(
  transaction: TransactionSql,
  { payload, deviceIds, channelId, seq, from, at }: WelcomeDelivery,
): Promise<DeliveredEnvelope[]> {
  const welcomeId = randomUUID()
  await transaction`insert into welcome (welcome_id, payload) values (${welcomeId}, ${payload})`
  const delivered: DeliveredEnvelope[] = []
  // In order, so that two commits that bring in the same devices do not wait for each other.
  for (const deviceId of [...deviceIds].sort()) {
    const id = await nextEnvelopeId(transaction, deviceId)
    if (id === undefined) continue
    await transaction`
      insert into envelope (device_id, id, kind, channel_id, seq, from_device, at, welcome_id)
      values (${deviceId}, ${id}, 'welcome', ${channelId}, ${seq}, ${from}, ${at}, ${welcomeId})`
    delivered.push({ deviceId, id })
  }
  return delivered
}
