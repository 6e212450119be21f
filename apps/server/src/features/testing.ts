/** What a handler is called with, for tests of one feature on the real database: services, users, devices, channels. */
import {
  type ChannelId,
  type DeviceId,
  type ServerEvent,
  type SessionId,
  type UserId,
} from '@reforms/protocol'
import { randomBytes, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { Sql } from 'postgres'
import type { Bus, Call, Services } from '../ports/call.ts'

export interface TestUser {
  readonly userId: UserId
  readonly deviceId: DeviceId
}

export interface SentEvent {
  readonly to: string
  readonly event: ServerEvent
}

export interface TestServices extends Services {
  /** What the bus was given, in order. */
  readonly sent: SentEvent[]
}

function recordingBus(sent: SentEvent[]): Bus {
  return {
    toChannel: (to, event) => void sent.push({ to, event }),
    toUsers: (userIds, event) => void sent.push(...userIds.map((to) => ({ to, event }))),
    toDevice: (to, event) => void sent.push({ to, event }),
    toEveryone: (event) => void sent.push({ to: 'everyone', event }),
    rosterChanged: () => undefined,
    endSessions: () => undefined,
  }
}

const withoutGroups = {
  open: () => Promise.reject(new Error('these services follow no groups')),
  follow: () => Promise.reject(new Error('these services follow no groups')),
}

export function testServices(sql: Sql, changed: Partial<Services> = {}): TestServices {
  const sent: SentEvent[] = []
  return {
    sql,
    sent,
    bus: recordingBus(sent),
    groups: withoutGroups,
    log: pino({ level: 'silent' }),
    clock: Date.now,
    random: (length) => new Uint8Array(randomBytes(length)),
    settings: () => Promise.reject(new Error('these services have no settings')),
    publicUrl: 'https://chat.example',
    blobFolder: '/nonexistent',
    audit: () => Promise.resolve(),
    ...changed,
  }
}

export function testCall(services: Services, user: TestUser): Call {
  const actor = { ...user, role: 'member' as const, sessionId: randomUUID() as SessionId }
  return { services, actor, address: '192.0.2.1' }
}

/** A user with one device, which has a mailbox. */
export async function addTestUser(sql: Sql): Promise<TestUser> {
  const userId = randomUUID() as UserId
  await sql`
    insert into user_account (user_id, user_name, display_name, role, password_hash, identity_key, created_at)
    values (${userId}, ${userId}, 'Somebody', 'member', 'none', ${randomBytes(32)}, now())`
  return { userId, deviceId: await addTestDevice(sql, userId) }
}

export async function addTestDevice(sql: Sql, userId: UserId): Promise<DeviceId> {
  const deviceId = randomUUID() as DeviceId
  await sql`
    insert into device (device_id, user_id, signature_key, sealing_key, name, added_at)
    values (${deviceId}, ${userId}, ${randomBytes(32)}, ${randomBytes(32)}, 'Laptop', ${Date.now()})`
  await sql`insert into mailbox (device_id) values (${deviceId})`
  return deviceId
}

/** A private channel in which each of these devices has a leaf. */
export async function addTestChannel(sql: Sql, members: readonly TestUser[]): Promise<ChannelId> {
  const channelId = randomUUID() as ChannelId
  await sql`
    insert into channel (channel_id, kind, created_by, created_at, generation, epoch, seq, head, moderators, admitters)
    values (${channelId}, 'private', ${members[0]?.userId ?? randomUUID()}, ${Date.now()}, 1, 0, 1, ${randomBytes(32)},
      ${[]}::text[], 'members')`
  for (const [index, { userId, deviceId }] of members.entries()) {
    await sql`
      insert into channel_leaf (channel_id, device_id, user_id, leaf_index, identity_key, signature_key, since_seq)
      values (${channelId}, ${deviceId}, ${userId}, ${index}, ${randomBytes(32)}, ${randomBytes(32)}, 1)`
    await sql`
      insert into channel_met (channel_id, user_id) values (${channelId}, ${userId}) on conflict do nothing`
  }
  return channelId
}

/** As it is between somebody's removal and the commit that carries it out. */
export async function letWaitForRemoval(
  sql: Sql,
  channelId: ChannelId,
  { userId, deviceId }: TestUser,
): Promise<void> {
  await sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    values (${channelId}, ${deviceId}, ${userId}, 'remove')`
}
