import { encodeCbor, type ChannelId, type ServerEvent } from '@reforms/protocol'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { endSessions } from '../features/policy/session-end.ts'
import { addTestChannel, letWaitForRemoval } from '../features/testing.ts'
import { PASSWORD, PUBLIC_URL, startTestServer, type TestPerson, type TestServer } from '../testing.ts'
import { TestClient } from './testing-client.ts'

let server: TestServer
let url: string
let ada: TestPerson
let bob: TestPerson
let cid: TestPerson
const open: TestClient[] = []

beforeAll(async () => {
  server = await startTestServer()
  await server.app.fastify.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.fastify.server.address() as AddressInfo).port}`
  ada = await server.administrator()
  bob = await server.member(ada, 'bob')
  cid = await server.member(ada, 'cid')
})
afterAll(() => server.stop())
afterEach(() => {
  for (const client of open.splice(0)) client.socket.terminate()
})

async function connect({ token }: { token: string }): Promise<TestClient> {
  const client = await TestClient.connect(url, { headers: { authorization: `Bearer ${token}` } })
  open.push(client)
  // Whoever has an answer is subscribed.
  await client.call('session.read', {})
  return client
}

async function signIn(userName: string): Promise<{ token: string }> {
  const { token = '' } = await server.call('session.open', {
    userName,
    password: PASSWORD,
    client: 'program',
  })
  return { token }
}

const typing = (channelId: ChannelId, { userId }: TestPerson): ServerEvent => ({
  type: 'typing',
  channelId,
  userId,
})
const ofType = (events: ServerEvent[], type: ServerEvent['type']) =>
  events.filter((event) => event.type === type)

describe('connecting', () => {
  test('GW-1: takes a session bound to a device, by header, subprotocol or cookie', async () => {
    const bearer = { protocols: ['reforms.v1', `bearer.${bob.token}`] }
    const client = await TestClient.connect(url, bearer)
    expect(client.socket.protocol).toBe('reforms.v1')
    expect(await client.call('session.read', {})).toMatchObject({ userName: 'bob' })
    client.socket.terminate()
    const headers = { cookie: `reforms_session=${bob.token}` }
    const browser = await TestClient.connect(url, { headers, origin: PUBLIC_URL })
    expect(await browser.call('session.read', {})).toMatchObject({ userName: 'bob' })
    browser.socket.terminate()
  })

  test('SES-7: a page of another site does not get in with the cookie, nor one that hides where it is from', async () => {
    const headers = { cookie: `reforms_session=${bob.token}` }
    await expect(TestClient.connect(url, { headers, origin: 'https://evil.test' })).rejects.toThrow('403')
    await expect(TestClient.connect(url, { headers })).rejects.toThrow('403')
  })

  test('SES-5: strangers, ended and unbound sessions do not get in', async () => {
    const unbound = await signIn('bob')
    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    await expect(TestClient.connect(url, bearer(unbound.token))).rejects.toThrow('403')
    await expect(TestClient.connect(url, bearer('x'.repeat(43)))).rejects.toThrow('401')
    await expect(TestClient.connect(url, { origin: PUBLIC_URL })).rejects.toThrow('401')
    const other = new WebSocket(`${url.replace('http', 'ws')}/elsewhere`, bearer(bob.token))
    other.on('error', () => undefined)
    const [, response] = (await once(other, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(404)
  })
})

describe('frames', () => {
  test('GW-2: requests are answered by id; errors are those of HTTP', async () => {
    const client = await connect(bob)
    await expect(client.call('admin.listUsers', {})).rejects.toThrow('forbidden')
    await expect(client.call('session.list', { unknown: 1 })).rejects.toThrow('invalid-input')
    await expect(client.call('no.such', {})).rejects.toThrow('unknown-operation')
    await expect(client.call('server.read', {})).rejects.toThrow('unknown-operation')
    await expect(client.call('blob.read', {})).rejects.toThrow('unknown-operation')
    const all = await Promise.all(Array.from({ length: 200 }, () => client.call('session.read', {})))
    expect(all).toHaveLength(200)
  })

  test('GW-5: text, malformed CBOR and what is no frame end the connection, and no other', async () => {
    const other = await connect(ada)
    const bad: (string | Uint8Array)[] = [
      'text',
      new Uint8Array([0xff]),
      new Uint8Array(5000).fill(0x81),
      encodeCbor([1, 'session.read', {}]),
      encodeCbor({ id: -1, operation: 'session.read', input: {} }),
      encodeCbor({ id: 1, operation: 'session.read', input: {}, more: 1 }),
    ]
    for (const frame of bad) {
      const client = await connect(bob)
      client.socket.send(frame)
      expect(await client.closed).toMatchObject({ code: 1007 })
    }
    expect(await other.call('session.read', {})).toMatchObject({ userName: 'ada' })
  })

  test('GW-5: a frame beyond the cap ends the connection', async () => {
    const client = await connect(bob)
    client.socket.send(new Uint8Array(13 * 1024 * 1024))
    expect(await client.closed).toMatchObject({ code: 1009 })
  })
})

describe('events of a channel', () => {
  let channelId: ChannelId
  beforeAll(async () => {
    channelId = await addTestChannel(server.sql, [ada.device, bob.device])
  })

  test('PERM-3: reach its members, on all of their sockets, and nobody else', async () => {
    const [a, b, again, c] = [await connect(ada), await connect(bob), await connect(bob), await connect(cid)]
    await a.call('typing.send', { channelId })
    for (const client of [a, b, again]) expect(await client.next('typing')).toEqual(typing(channelId, ada))
    expect(ofType(await c.settled(), 'typing')).toEqual([])
    await expect(c.call('typing.send', { channelId })).rejects.toThrow('not-found')
  })

  test('PERM-3: stop at once for whoever waits to be removed, in whatever order things come', async () => {
    const other = await addTestChannel(server.sql, [ada.device, bob.device])
    const [a, b] = [await connect(ada), await connect(bob)]
    const { bus } = server.app.services
    await letWaitForRemoval(server.sql, other, bob.device)
    bus.rosterChanged(other)
    bus.toChannel(other, typing(other, ada))
    bus.rosterChanged(other)
    bus.toChannel(other, { type: 'channel', channelId: other })
    expect(await a.next('channel')).toEqual({ type: 'channel', channelId: other })
    expect(ofType(a.events, 'typing')).toEqual([typing(other, ada)])
    expect((await b.settled()).filter((event) => 'channelId' in event)).toEqual([])
  })

  test('PERM-3: begin for whoever comes in', async () => {
    const b = await connect(bob)
    const fresh = await addTestChannel(server.sql, [bob.device])
    server.app.services.bus.rosterChanged(fresh)
    server.app.services.bus.toChannel(fresh, typing(fresh, ada))
    expect(await b.next('typing')).toEqual(typing(fresh, ada))
  })

  test('GW-4: heads come from the database, for channels that changed since they were told last', async () => {
    const alone = await addTestChannel(server.sql, [cid.device])
    const c = await connect(cid)
    await server.app.round()
    const { heads } = await c.next('heads')
    expect(heads).toMatchObject([{ channelId: alone, seq: 1 }])
    await server.app.round()
    expect(ofType(await c.settled(), 'heads')).toEqual([])
    await server.sql`update channel set seq = 2, head = sha256('two') where channel_id = ${alone}`
    await server.app.round()
    expect((await c.next('heads')).heads).toMatchObject([{ channelId: alone, seq: 2 }])
    await server.sql`update channel set seq = 1, head = sha256('restored') where channel_id = ${alone}`
    await server.app.round()
    expect((await c.next('heads')).heads).toMatchObject([{ channelId: alone, seq: 1 }])
  })
})

/** What these events tell of a user, in turn. */
function statesOf(userId: string, events: readonly ServerEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'presence') return []
    return (['online', 'away', 'offline'] as const).filter((state) => event[state].includes(userId))
  })
}

describe('presence', () => {
  test('GW-7: a user is online while any socket is, away while all are, and those are told who share a channel', async () => {
    const pia = await server.member(ada, 'pia')
    await addTestChannel(server.sql, [ada.device, pia.device])
    const stranger = await connect(cid)
    const { userId } = pia
    const a = await connect(ada)
    await a.settled()
    const [first, second] = [await connect(pia), await connect(pia)]
    expect(statesOf(userId, await a.settled())).toEqual(['online'])
    await first.call('presence.set', { presence: 'away' })
    expect(statesOf(userId, await a.settled())).toEqual([])
    await second.call('presence.set', { presence: 'away' })
    expect(statesOf(userId, await second.settled()).at(-1)).toBe('away')
    expect(statesOf(userId, await a.settled())).toEqual(['away'])
    for (const { socket } of [first, second]) socket.terminate()
    let last = await a.next('presence')
    while (!last.offline.includes(userId)) last = await a.next('presence')
    expect(statesOf(userId, await stranger.settled())).toEqual([])
  })

  test('GW-7: those who come to share a channel while they are online see each other online', async () => {
    const [mia, noa] = [await server.member(ada, 'mia'), await server.member(ada, 'noa')]
    const [m, n] = [await connect(mia), await connect(noa)]
    for (const client of [m, n]) expect(await client.next('presence')).toBeDefined()
    expect(statesOf(noa.userId, await m.settled())).toEqual([])
    const channelId = await addTestChannel(server.sql, [mia.device, noa.device])
    server.app.services.bus.rosterChanged(channelId)
    expect((await n.next('presence')).online).toContain(mia.userId)
    expect(statesOf(noa.userId, await m.settled())).toEqual(['online'])
    const late = await connect(mia)
    const { online } = await late.next('presence')
    expect(new Set(online)).toEqual(new Set([mia.userId, noa.userId]))
  })
})

describe('the end of a session', () => {
  test('SES-6: deactivation ends requests and sockets at once, and says so', async () => {
    const dan = await server.member(ada, 'dan')
    const client = await connect(dan)
    await server.call('admin.updateUser', { userId: dan.userId, active: false }, ada)
    expect(await client.next('signed-out')).toEqual({ type: 'signed-out', reason: 'inactive' })
    expect(await client.closed).toMatchObject({ code: 4001 })
    await expect(connect(dan)).rejects.toThrow('401')
  })

  test('SES-6: signing out everywhere else ends the others’ sockets, not one’s own', async () => {
    const eli = await server.member(ada, 'eli')
    const { token } = await server.call('session.open', {
      userName: 'eli',
      password: PASSWORD,
      client: 'program',
    })
    await server.sql`
      update session set device_id = ${eli.device.deviceId} where user_id = ${eli.userId} and device_id is null`
    const [own, other] = [await connect(eli), await connect({ token: token! })]
    await own.call('session.closeOthers', {})
    expect(await other.next('signed-out')).toEqual({ type: 'signed-out', reason: 'ended' })
    expect(await own.call('session.read', {})).toMatchObject({ userName: 'eli' })
  })

  test('SES-6: a device that is cut is out at once', async () => {
    const fay = await server.member(ada, 'fay')
    const client = await connect(fay)
    await server.call('device.cut', { deviceId: fay.device.deviceId }, fay)
    expect(await client.next('signed-out')).toEqual({ type: 'signed-out', reason: 'removed' })
  })

  test('SES-6: a session that ended elsewhere, as by the command line, has no socket a second later', async () => {
    const gus = await server.member(ada, 'gus')
    const client = await connect(gus)
    await endSessions(server.sql, { userId: gus.userId })
    const began = Date.now()
    expect(await client.next('signed-out')).toEqual({ type: 'signed-out', reason: 'ended' })
    // A second, and what a busy machine takes.
    expect(Date.now() - began).toBeLessThan(2500)
  })

  test('SES-6: a session that rounds have followed for long ends a second after it is gone', async () => {
    const [jo, kai] = [await server.member(ada, 'jo'), await server.member(ada, 'kai')]
    const [client, other] = [await connect(jo), await connect(kai)]
    // Two rounds: from then on they are asked for only where something changes.
    await new Promise((resolve) => setTimeout(resolve, 2200))
    const began = Date.now()
    await server.sql`update user_account set active = false where user_id = ${jo.userId}`
    expect(await client.next('signed-out')).toEqual({ type: 'signed-out', reason: 'ended' })
    expect(Date.now() - began).toBeLessThan(2500)
    expect(ofType(await other.settled(), 'signed-out')).toEqual([])
  })

  test('PERM-3: a role that was taken away is gone for open sockets within a second', async () => {
    const hal = await server.member(ada, 'hal', 'administrator')
    const client = await connect(hal)
    await client.call('settings.read', {})
    await server.call('admin.updateUser', { userId: hal.userId, role: 'member' }, ada)
    const began = Date.now()
    await expect
      .poll(() => client.call('settings.read', {}).then(() => 'answered', String), { timeout: 5000 })
      .toContain('forbidden')
    // A second, and what a busy machine takes.
    expect(Date.now() - began).toBeLessThan(2500)
  })
})

describe('a client that does not read', () => {
  test('GW-6: is cut off before it costs much memory, and told to catch up', async () => {
    const slow = await connect(bob)
    const quick = await connect(ada)
    slow.socket.pause()
    const { bus } = server.app.services
    const payload = new Uint8Array(1024 * 1024)
    const event = { type: 'directory', userId: 'x', payload } as unknown as ServerEvent
    for (let i = 0; i < 60; i += 1) {
      bus.toUsers([bob.userId], event)
      await new Promise((resolve) => setImmediate(resolve))
    }
    slow.socket.resume()
    const { code } = await slow.closed
    // The close frame, or the end of a connection whose peer did not take it in time.
    expect([1013, 1006]).toContain(code)
    expect(await quick.call('session.read', {})).toMatchObject({ userName: 'ada' })
  })
})

async function waitingFor({ sql }: TestServer): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from pg_locks where not granted`
  return row?.count ?? 0
}

describe('a restart', () => {
  test('GW-8: clients are told to reconnect, and nothing that runs is cut short', async () => {
    const other = await startTestServer()
    await other.app.fastify.listen({ port: 0, host: '127.0.0.1' })
    const place = `http://127.0.0.1:${(other.app.fastify.server.address() as AddressInfo).port}`
    const eve = await other.administrator('eve')
    const headers = { authorization: `Bearer ${eve.token}` }
    const client = await TestClient.connect(place, { headers })
    const held = new Promise<() => void>((resolve) => {
      void other.sql.begin(async (transaction) => {
        await transaction`select from user_account for update`
        await new Promise<void>((release) => resolve(release))
      })
    })
    const release = await held
    const running = client.call('profile.update', { displayName: 'Eve' })
    // The server works on it once it waits for the lock.
    await expect.poll(() => waitingFor(other), { timeout: 5000 }).toBe(1)
    const stopped = other.stop()
    await expect(client.call('session.read', {})).rejects.toThrow('shutting-down')
    release()
    expect(await running).toEqual({})
    expect(await client.closed).toMatchObject({ code: 1012 })
    await stopped
    await expect(TestClient.connect(place, { headers })).rejects.toThrow()
  })
})

describe('beyond the rate', () => {
  test('GW-10: what is over it is refused a second later, and meanwhile the socket is read no further', async () => {
    const flooding = await connect(cid)
    const others = await connect(bob)
    let refused = 0
    const ask = () =>
      flooding.call('session.read', {}).catch((error: Error) => {
        if (error.message === 'rate-limited') refused += 1
      })
    for (let asked = 0; asked < 20_000; asked += 1) void ask()
    const began = Date.now()
    while (refused === 0 && Date.now() - began < 20_000) await sleep(20)
    await sleep(500)
    expect(refused).toBeGreaterThan(0)
    // What a socket had read when it stopped: 64 KiB of small frames.
    expect(refused).toBeLessThan(3000)
    expect(await others.call('session.read', {})).toMatchObject({ userName: 'bob' })
  })
  test('GW-10: what a session says beyond it waits for its turn, one after another, if that comes within a second', async () => {
    const plenty = { perSecond: 1000, burst: 1000 }
    const rates = {
      address: plenty,
      openAddress: plenty,
      session: plenty,
      append: { perSecond: 10, burst: 2 },
    }
    const limited = await startTestServer({ sql: server.sql, rates })
    await limited.app.fastify.listen({ port: 0, host: '127.0.0.1' })
    const { port } = limited.app.fastify.server.address() as AddressInfo
    const headers = { authorization: `Bearer ${cid.token}` }
    const client = await TestClient.connect(`http://127.0.0.1:${port}`, { headers })
    open.push(client)
    const began = performance.now()
    const say = async () => {
      const answer = await client.call('log.append', {}).catch((error: Error) => error.message)
      return { answer, after: performance.now() - began }
    }
    const said = await Promise.all(Array.from({ length: 14 }, say))
    expect(said.map(({ answer }) => answer)).toEqual([
      ...Array.from({ length: 12 }, () => 'invalid-input'),
      'rate-limited',
      'rate-limited',
    ])
    expect(said[1]!.after).toBeLessThan(said[6]!.after)
    for (const [at, ms] of [
      [6, 490],
      [11, 990],
      [13, 990],
    ] as const)
      expect(said[at]!.after).toBeGreaterThan(ms)
    await limited.stop()
  })
})
