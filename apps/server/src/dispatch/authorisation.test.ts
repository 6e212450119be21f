/**
 * The authorisation matrix (SPEC.md, PERM-4): every operation, as everybody, on channels of both kinds. What is expected
 * is written out here, apart from PERMISSIONS, so that a slip there is a failure here. The handlers only note that they
 * were reached; everything before them is real: routes, sessions, the database.
 */
import {
  OPERATIONS,
  ProtocolError,
  type ChannelId,
  type OperationName,
  type Role,
  type UserId,
} from '@reforms/protocol'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channelStanding } from '../features/channel/standing.ts'
import { findActor } from '../features/policy/index.ts'
import { addTestChannel, letWaitForRemoval } from '../features/testing.ts'
import type { Handlers } from '../ports/call.ts'
import { newId, PASSWORD, startTestServer, TestServer, type TestPerson } from '../testing.ts'
import { Dispatcher } from './dispatcher.ts'
import { operationRoutes } from './http.ts'
import { exampleInput } from './testing-input.ts'

type Outcome = 'allowed' | 'not-signed-in' | 'session-unbound' | 'forbidden' | 'not-found'

const open: OperationName[] = [
  'server.read',
  'invitation.check',
  'user.register',
  'session.open',
  'password.reset',
]
const ownSession: OperationName[] = [
  'session.read',
  'session.bind',
  'session.close',
  'password.change',
  'identity.requestReset',
  'identity.reset',
  'account.read',
  'account.update',
]
const own: OperationName[] = [
  'session.list',
  'session.closeOthers',
  'identity.cancelReset',
  'directory.list',
  'directory.read',
  'profile.update',
  'device.cut',
  'keyPackage.publish',
  'keyPackage.count',
  'keyLog.documents',
  'keyLog.read',
  'channel.list',
  'channelLink.check',
  'channelLink.ask',
  'channelLink.requests',
  'mailbox.read',
  'mailbox.clear',
  'mailbox.send',
  'vault.read',
  'vault.write',
  'beacon.read',
  'blob.status',
  'blob.append',
  'blob.read',
  'presence.set',
  'team.list',
  'emoji.list',
  'emoji.read',
]
/** For everybody who belongs to the organisation: not for guests. */
const belonging: OperationName[] = [
  'channel.create',
  'channel.browse',
  'team.create',
  'team.update',
  'team.delete',
]
const administrators: OperationName[] = [
  'admin.listUsers',
  'admin.updateUser',
  'admin.signOutUser',
  'admin.resetPassword',
  'admin.approveReset',
  'invitation.create',
  'invitation.list',
  'invitation.revoke',
  'settings.read',
  'settings.update',
  'audit.read',
  'emoji.add',
  'emoji.remove',
]
/** Who is about to enter, or may see the channel. */
const seeing: OperationName[] = ['channel.read', 'channel.join']
const entering: OperationName[] = ['channel.leave', 'group.read', 'log.commit']
const inviting: OperationName[] = ['channel.add']
const using: OperationName[] = [
  'turn.take',
  'turn.release',
  'log.append',
  'log.read',
  'log.page',
  'log.found',
  'log.redact',
  'blob.create',
  'beacon.put',
  'typing.send',
]
const moderating: OperationName[] = [
  'channel.update',
  'channel.remove',
  'channelLink.create',
  'channelLink.list',
  'channelLink.revoke',
]

const GENERAL = { open, ownSession, own, belonging, administrators }
const CHANNEL = { seeing, entering, using, inviting, moderating }
type General = keyof typeof GENERAL
type OfChannel = keyof typeof CHANNEL

/** People without regard to a channel; the last three had a session and a device once. */
const SOMEBODY = [
  'nobody',
  'unbound',
  'guest',
  'member',
  'moderator',
  'administrator',
  'unboundAdministrator',
] as const
const GONE = ['signedOut', 'deactivated', 'cutOff'] as const
type Somebody = (typeof SOMEBODY)[number]

const [out, unbound] = ['not-signed-in', 'session-unbound'] as const
const GENERAL_EXPECTED: Record<General, Record<Somebody, Outcome>> = {
  open: {
    nobody: 'allowed',
    unbound: 'allowed',
    guest: 'allowed',
    member: 'allowed',
    moderator: 'allowed',
    administrator: 'allowed',
    unboundAdministrator: 'allowed',
  },
  ownSession: {
    nobody: out,
    unbound: 'allowed',
    guest: 'allowed',
    member: 'allowed',
    moderator: 'allowed',
    administrator: 'allowed',
    unboundAdministrator: 'allowed',
  },
  own: {
    nobody: out,
    unbound,
    guest: 'allowed',
    member: 'allowed',
    moderator: 'allowed',
    administrator: 'allowed',
    unboundAdministrator: unbound,
  },
  belonging: {
    nobody: out,
    unbound,
    guest: 'forbidden',
    member: 'allowed',
    moderator: 'allowed',
    administrator: 'allowed',
    unboundAdministrator: unbound,
  },
  administrators: {
    nobody: out,
    unbound,
    guest: 'forbidden',
    member: 'forbidden',
    moderator: 'forbidden',
    administrator: 'allowed',
    unboundAdministrator: unbound,
  },
}

/**
 * People as they stand to a channel. The moderator and the administrator are in no channel: their role is the organisation's. The
 * guests are outside, and inside as somebody whom the policy names.
 */
const STANDING = [
  'stranger',
  'removed',
  'joining',
  'inside',
  'named',
  'moderator',
  'administrator',
  'guest',
  'guestNamed',
] as const
type Standing = (typeof STANDING)[number]
type Row = readonly [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]

const [yes, no, none] = ['allowed', 'forbidden', 'not-found'] as const
/** In the order of STANDING. */
const CHANNEL_EXPECTED: Record<OfChannel, Record<'private' | 'public', Row>> = {
  seeing: {
    private: [none, none, yes, yes, yes, none, none, none, yes],
    public: [yes, yes, yes, yes, yes, yes, yes, none, yes],
  },
  entering: {
    private: [none, none, yes, yes, yes, none, none, none, yes],
    public: [no, no, yes, yes, yes, no, no, none, yes],
  },
  using: {
    private: [none, none, no, yes, yes, none, none, none, yes],
    public: [no, no, no, yes, yes, no, no, none, yes],
  },
  inviting: {
    private: [none, none, no, yes, yes, none, none, no, no],
    public: [no, no, no, yes, yes, no, no, no, no],
  },
  moderating: {
    private: [none, none, no, no, yes, none, none, no, no],
    public: [no, no, no, no, yes, yes, yes, no, no],
  },
}

const PLENTY = { perSecond: 1e6, burst: 1e6 }
const RATES = { address: PLENTY, openAddress: PLENTY, session: PLENTY, append: PLENTY }
const names = Object.keys(OPERATIONS) as OperationName[]

let server: TestServer
let dispatcher: Dispatcher
let fastify: FastifyInstance
let probe: TestServer
let reached: OperationName | undefined
const tokens = new Map<string, string>()
const channels = new Map<'private' | 'public', ChannelId>()

beforeAll(async () => {
  server = await startTestServer({ rates: RATES })
  await addPeople()
  for (const kind of ['private', 'public'] as const) channels.set(kind, await addChannel(kind))
  await addElsewhere()
  await startProbe()
})
afterAll(async () => {
  await fastify.close()
  await server.stop()
})

/** The server's way to a handler, with handlers that only note that they were reached. */
async function startProbe(): Promise<void> {
  const { services } = server.app
  const note = (name: OperationName) => async () => {
    reached = name
    return {}
  }
  dispatcher = new Dispatcher({
    handlers: Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as Handlers,
    standing: (channelId, actor) => channelStanding(server.sql, channelId, actor),
    isMember: () => false,
    clock: Date.now,
    rates: RATES,
    checkAnswers: false,
  })
  fastify = Fastify({ exposeHeadRoutes: false })
  await fastify.register(operationRoutes({ dispatcher, services, authenticate }))
  probe = new TestServer({ ...server.app, fastify }, server.sql, server.clock, () => Promise.resolve())
}

const authenticate = (token: string) => findActor(server.app.services, token)
const people = new Map<string, TestPerson>()

async function addPeople(): Promise<void> {
  const administrator = await server.administrator('administrator')
  const person = async (name: string, role: Role = 'member') => {
    people.set(name, await server.member(administrator, name.toLowerCase(), role))
    tokens.set(name, people.get(name)!.token)
  }
  people.set('administrator', administrator)
  tokens.set('administrator', administrator.token)
  for (const name of ['member', 'stranger', 'removed', 'joining', 'inside', 'named', ...GONE])
    await person(name)
  await person('moderator', 'moderator')
  await person('guest', 'guest')
  await person('guestNamed', 'guest')
  for (const [name, userName] of [
    ['unbound', 'member'],
    ['unboundAdministrator', 'administrator'],
  ] as const) {
    const session = await server.call('session.open', { userName, password: PASSWORD, client: 'program' })
    tokens.set(name, session.token!)
  }
  await server.call('session.close', {}, people.get('signedOut'))
  const userId: UserId = people.get('deactivated')!.userId
  await server.sql`update user_account set active = false where user_id = ${userId}`
  const { deviceId } = people.get('cutOff')!.device
  await server.sql`update device set cut_at = 1 where device_id = ${deviceId}`
}

async function addChannel(kind: 'private' | 'public'): Promise<ChannelId> {
  const { sql } = server
  const deviceOf = (name: string) => people.get(name)!.device
  const [named, removed, joining] = [deviceOf('named'), deviceOf('removed'), deviceOf('joining')]
  const guest = deviceOf('guestNamed')
  const channelId = await addTestChannel(sql, [deviceOf('inside'), named, removed, guest])
  await letWaitForRemoval(sql, channelId, removed)
  await sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    values (${channelId}, ${joining.deviceId}, ${joining.userId}, 'add')`
  await sql`
    update channel c set kind = ${kind}, name = ${kind === 'public' ? 'everybody' : null},
      moderators = array(select encode(identity_key, 'hex') from channel_leaf l
        where l.channel_id = c.channel_id and user_id in (${named.userId}, ${removed.userId}, ${guest.userId}))
    where channel_id = ${channelId}`
  return channelId
}

/** In other channels the same people are in, moderate, and are expected: nothing of that counts in these. */
async function addElsewhere(): Promise<void> {
  const { sql } = server
  const deviceOf = (name: string) => people.get(name)!.device
  const [stranger, removed, joining] = ['stranger', 'removed', 'joining'].map(deviceOf)
  const inside = await addTestChannel(sql, [stranger!, removed!, joining!])
  await sql`
    update channel_leaf set identity_key = (select identity_key from channel_leaf here
      where here.channel_id = ${channels.get('public')!} and here.user_id = ${removed!.userId})
    where channel_id = ${inside} and user_id = ${removed!.userId}`
  const expected = await addTestChannel(sql, [deviceOf('member')])
  for (const { deviceId, userId } of [stranger!, removed!])
    await sql`
      insert into channel_waiting (channel_id, device_id, user_id, kind)
      values (${expected}, ${deviceId}, ${userId}, 'add')`
}

/** Over HTTP; what only the gateway has goes to the dispatcher as the gateway does it. */
async function attempt(name: OperationName, input: Record<string, unknown>, caller: string): Promise<string> {
  reached = undefined
  const code = await answerOf(name, input, tokens.get(caller))
  expect(reached !== undefined, `${name}: the handler runs exactly when nothing is refused`).toBe(
    code === undefined,
  )
  return code ?? 'allowed'
}

async function answerOf(name: OperationName, input: Record<string, unknown>, token: string | undefined) {
  const { transport }: { transport?: string } = OPERATIONS[name]
  if (transport !== 'gateway') {
    const answer = await probe.send(name, input, token === undefined ? {} : { token })
    return 'error' in answer ? answer.error.code : undefined
  }
  const actor = token === undefined ? undefined : await authenticate(token)
  try {
    dispatcher.admit(name, actor, '192.0.2.1')
    await dispatcher.run(name, input, { services: server.app.services, actor, address: '192.0.2.1' })
    return undefined
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error)
  }
}

test('PERM-4: every operation stands in the matrix, once', () => {
  const listed = [...Object.values(GENERAL), ...Object.values(CHANNEL)].flat()
  expect([...listed].sort()).toEqual([...names].sort())
})

describe.each(Object.keys(GENERAL) as General[])('PERM-4: %s', (group) => {
  test.each(GENERAL[group])('%s', async (name) => {
    for (const caller of SOMEBODY) {
      expect(await attempt(name, exampleInput(name), caller), caller).toBe(GENERAL_EXPECTED[group][caller])
    }
    for (const caller of GONE) {
      const expected = group === 'open' ? 'allowed' : 'not-signed-in'
      expect(await attempt(name, exampleInput(name), caller), caller).toBe(expected)
    }
  })
})

describe.each(Object.keys(CHANNEL) as OfChannel[])('PERM-4: %s', (group) => {
  test.each(CHANNEL[group])('%s', async (name) => {
    for (const kind of ['private', 'public'] as const) {
      const input = { ...exampleInput(name), channelId: channels.get(kind) }
      const outcomes: Partial<Record<Standing, string>> = {}
      for (const caller of STANDING) outcomes[caller] = await attempt(name, input, caller)
      const row = CHANNEL_EXPECTED[group][kind]
      expect(outcomes, kind).toEqual(Object.fromEntries(STANDING.map((caller, i) => [caller, row[i]])))
      for (const caller of ['nobody', ...GONE])
        expect(await attempt(name, input, caller)).toBe('not-signed-in')
      expect(await attempt(name, input, 'unbound')).toBe('session-unbound')
    }
  })

  test.each(CHANNEL[group])(
    '%s: PERM-2: a channel that is hidden answers like one that never was',
    async (name) => {
      const never = { ...exampleInput(name), channelId: newId<ChannelId>() }
      const hidden = { ...never, channelId: channels.get('private') }
      for (const caller of ['stranger', 'removed', 'moderator', 'administrator'] as const) {
        expect(await attempt(name, never, caller)).toBe('not-found')
        expect(await attempt(name, hidden, caller)).toBe('not-found')
      }
      const { transport }: { transport?: string } = OPERATIONS[name]
      if (transport === 'gateway') return
      const [one, two] = [
        await probe.send(name, never, people.get('stranger')),
        await probe.send(name, hidden, people.get('stranger')),
      ]
      expect({ ...one, headers: {} }).toEqual({ ...two, headers: {} })
    },
  )
})
