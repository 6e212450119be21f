/**
 * What members let each other see, sealed (SPEC.md, BCN-*): the server keeps the newest one of each kind. No lock is taken: one that
 * crosses a commit is sealed for who was in before it, and given only to who is in after it.
 */
import { ProtocolError, type Beacon, type Input } from '@reforms/protocol'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'

interface Standing {
  readonly generation: number
  readonly epoch: number
  readonly seq: number
  readonly archived: boolean
  readonly removing: boolean
  readonly live: boolean
}

/** Throws what a message would meet as well (LOG-10, LOG-12, CH-8). */
async function demandOpen({ sql }: Services, put: Input<'beacon.put'>, deviceId: string): Promise<void> {
  const [standing] = await sql<[Standing]>`
    select generation::float8 as generation, epoch::float8 as epoch, seq::float8 as seq, archived,
      exists (select from channel_waiting w join channel_leaf l using (channel_id, device_id)
        where w.channel_id = c.channel_id and w.kind = 'remove') as removing,
      exists (select from live_leaf l where l.channel_id = c.channel_id and l.device_id = ${deviceId}) as live
    from channel c where channel_id = ${put.channelId}`
  const { generation, epoch, seq, archived, removing, live } = standing
  if (archived) throw new ProtocolError('channel-archived')
  if (!live) throw new ProtocolError('forbidden', { reason: 'device-not-in' })
  if (generation !== put.generation || epoch !== put.epoch) {
    throw new ProtocolError('stale-epoch', { generation, epoch, seq })
  }
  if (removing) throw new ProtocolError('removal-pending')
}

async function store({ sql }: Services, put: Input<'beacon.put'>, caller: DeviceCaller): Promise<void> {
  const { channelId, kind, clientId, generation, epoch, payload } = put
  await sql`
    insert into beacon (channel_id, user_id, kind, device_id, client_id, generation, epoch, payload, number)
    values (${channelId}, ${caller.userId}, ${kind}, ${caller.deviceId}, ${clientId}, ${generation}, ${epoch}, ${payload},
      nextval('beacon_number'))
    on conflict (channel_id, user_id, kind) do update
    set device_id = excluded.device_id, client_id = excluded.client_id, generation = excluded.generation,
      epoch = excluded.epoch, payload = excluded.payload, number = excluded.number`
}

const put: Handlers['beacon.put'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  if (input.kind === 'receipt' && !(await services.settings()).receipts) throw new ProtocolError('forbidden')
  await demandOpen(services, input, caller.deviceId)
  await store(services, input, caller)
  const { userId, deviceId } = caller
  services.bus.toChannel(input.channelId, { type: 'beacon', beacon: { ...input, userId, deviceId } })
  return {}
}

interface BeaconRow extends Omit<Beacon, 'payload'> {
  readonly payload: Buffer
  readonly number: number
}

/** Of those only who are still in. */
const read: Handlers['beacon.read'] = async ({ after, limit, in: channelId }, call) => {
  const { userId } = deviceCallerOf(call)
  const { receipts } = await call.services.settings()
  const rows = await call.services.sql<BeaconRow[]>`
    select channel_id as "channelId", user_id as "userId", kind, device_id as "deviceId", client_id as "clientId",
      generation::float8 as generation, epoch::float8 as epoch, payload, number::float8 as number
    from beacon b
    where number > ${after} and (${channelId ?? null}::uuid is null or channel_id = ${channelId ?? null})
      and (kind <> 'receipt' or ${receipts})
      and exists (select from live_leaf l where l.channel_id = b.channel_id and l.user_id = ${userId})
      and exists (select from live_leaf l where l.channel_id = b.channel_id and l.user_id = b.user_id)
    order by b.number limit ${limit + 1}`
  const page = rows.slice(0, limit)
  return {
    beacons: page.map(({ number: _, payload, ...beacon }) => ({ ...beacon, payload: plainBytes(payload) })),
    cursor: page.at(-1)?.number ?? after,
    more: rows.length > limit,
  }
}

export const beaconHandlers = { 'beacon.put': put, 'beacon.read': read } satisfies Partial<Handlers>
