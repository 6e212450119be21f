/**
 * The log alone: `npm run bench -- appends` starts this as a process of its own on a database with channels, and it appends messages to
 * all of them as fast as it is answered, beneath the gateway. The same handler as a server's, with the same gathering; what it
 * is handed is decoded and allowed, and nobody is told.
 */
import type { ChannelId, ClientId, DeviceId, UserId } from '@reforms/protocol'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { connect, type DatabaseAddress } from './adapters/database/connection.ts'
import { logHandlers } from './features/log/index.ts'
import type { Call, Services } from './ports/call.ts'

interface AppendsOrder {
  readonly address: DatabaseAddress
  readonly seconds: number
  /** What each of the writers, one for each channel, has under way. */
  readonly atOnce: number
  readonly payloadBytes: number
}

interface AppendsReport {
  readonly messages: number
  readonly seconds: number
  /** Microseconds of this process. */
  readonly serverCpu: number
}

interface Writer {
  readonly channelId: ChannelId
  readonly generation: number
  readonly epoch: number
  readonly deviceId: DeviceId
  readonly userId: UserId
}

const CONNECTIONS = 10
const MS = 1000

async function appendAll(sql: Sql, { seconds, atOnce, payloadBytes }: AppendsOrder): Promise<AppendsReport> {
  const bus = { toChannel: () => undefined }
  const services = { sql, bus, clock: Date.now } as unknown as Services
  const writers = await sql<Writer[]>`
    select distinct on (channel_id) channel_id as "channelId", generation::float8 as generation, epoch::float8 as epoch,
      device_id as "deviceId", user_id as "userId"
    from channel join live_leaf using (channel_id) order by channel_id`
  const payload = new Uint8Array(randomBytes(payloadBytes))
  const [began, cpuBefore] = [Date.now(), process.cpuUsage()]
  let appended = 0
  const write = async ({ channelId, generation, epoch, deviceId, userId }: Writer) => {
    const actor = { userId, deviceId, role: 'member', sessionId: deviceId }
    const call = { services, actor, address: '' } as unknown as Call
    while (Date.now() < began + seconds * MS) {
      const clientId = randomUUID() as ClientId
      await logHandlers['log.append']({ channelId, generation, epoch, clientId, payload } as never, call)
      appended += 1
    }
  }
  await Promise.all(writers.flatMap((writer) => Array.from({ length: atOnce }, () => write(writer))))
  const { user, system } = process.cpuUsage(cpuBefore)
  return { messages: appended, seconds: (Date.now() - began) / MS, serverCpu: user + system }
}

let sql: Sql | undefined
process.on('message', (order: AppendsOrder) => {
  sql ??= connect(order.address, { name: 'appends', connections: CONNECTIONS, statementTimeoutMs: 0 })
  const tell = (report: AppendsReport | { readonly problem: string }) => process.send?.(report)
  appendAll(sql, order).then(tell, (error: unknown) => tell({ problem: String(error) }))
})
process.on('disconnect', () => void sql?.end())
