/** `can()` by itself, deny by default (SPEC.md, PERM-*); authorisation.test.ts asks it through the whole server. */
import type { ChannelId, DeviceId, Permission, SessionId, UserId } from '@reforms/protocol'
import { expect, test } from 'vitest'
import type { ChannelStanding } from '../features/channel/standing.ts'
import type { Actor } from '../ports/call.ts'
import { can, canAtAll } from './authorisation.ts'

const id = '018f0000-0000-7000-8000-000000000001'
const session: Actor = {
  userId: id as UserId,
  sessionId: id as SessionId,
  role: 'member',
  deviceId: undefined,
}
const member: Actor = { ...session, deviceId: id as DeviceId }
const moderator: Actor = { ...member, role: 'moderator' }
const administrator: Actor = { ...member, role: 'administrator' }

const guest: Actor = { ...member, role: 'guest' }

const answer = (actor: Actor | undefined, permission: Permission) => {
  const verdict = canAtAll(actor, permission)
  return verdict.allowed ? 'allowed' : verdict.code
}

test('PERM-1: what is not open to the world needs a session, a device, a role, in this order', () => {
  expect(answer(undefined, 'open')).toBe('allowed')
  expect(answer(session, 'open')).toBe('allowed')
  for (const permission of ['own-session', 'own', 'users.manage', 'channel.use'] as const)
    expect(answer(undefined, permission)).toBe('not-signed-in')
  expect(answer(session, 'own-session')).toBe('allowed')
  for (const permission of ['own', 'users.manage', 'channel.use'] as const)
    expect(answer(session, permission)).toBe('session-unbound')
  expect(answer(member, 'own')).toBe('allowed')
  for (const permission of ['users.manage', 'invitations.manage', 'settings.manage', 'audit.read'] as const)
    expect([member, moderator, administrator].map((actor) => answer(actor, permission))).toEqual([
      'forbidden',
      'forbidden',
      'allowed',
    ])
})

test('PERM-1, GUEST-1: a guest has what is granted to guests, and nothing that is granted to everybody else', () => {
  for (const permission of [
    'open',
    'own-session',
    'own',
    'channel.see',
    'channel.enter',
    'channel.use',
  ] as const)
    expect(answer(guest, permission)).toBe('allowed')
  const others = [
    'channels.browse',
    'channel.create',
    'channel.invite',
    'channel.moderate',
    'teams.manage',
  ] as const
  for (const permission of [...others, 'users.manage', 'invitations.manage', 'emoji.manage'] as const)
    expect(answer(guest, permission)).toBe('forbidden')
  for (const permission of others) expect(answer(member, permission)).toBe('allowed')
})

const within: ChannelStanding = {
  exists: true,
  kind: 'private',
  archived: false,
  place: 'member',
  moderator: false,
  named: false,
}

async function ask(permission: Permission, changes: Partial<ChannelStanding>, actor: Actor) {
  const standing = () => Promise.resolve({ ...within, ...changes })
  const verdict = await can(actor, permission, { channelId: id as ChannelId, standing })
  return verdict.allowed ? 'allowed' : verdict.code
}

const OF_CHANNELS = ['channel.see', 'channel.enter', 'channel.use', 'channel.moderate'] as const
const asked = async (changes: Partial<ChannelStanding>, actor: Actor = member) => {
  const answers: string[] = []
  for (const permission of OF_CHANNELS) answers.push(await ask(permission, changes, actor))
  return answers
}
const [yes, no, none] = ['allowed', 'forbidden', 'not-found'] as const

test('PERM-1, PERM-2: in a channel it goes by the place there, and a hidden one does not exist', async () => {
  expect(await asked({})).toEqual([yes, yes, yes, no])
  expect(await asked({ moderator: true })).toEqual([yes, yes, yes, yes])
  expect(await asked({ place: 'joining' })).toEqual([yes, yes, no, no])
  for (const place of ['leaving', 'none'] as const) {
    expect(await asked({ place })).toEqual([none, none, none, none])
    expect(await asked({ place, kind: 'direct' }, administrator)).toEqual([none, none, none, none])
    expect(await asked({ place, kind: 'public' })).toEqual([yes, no, no, no])
  }
  expect(await asked({ place: 'none', kind: 'public' }, guest)).toEqual([none, none, none, no])
  expect(await asked({ kind: 'public', moderator: true }, guest)).toEqual([yes, yes, yes, no])
  expect(await asked({ exists: false, kind: 'public', moderator: true })).toEqual([none, none, none, none])
})

test('PERM-1: nobody, and an input that names no channel, have no place in one', async () => {
  const standing = () => Promise.reject(new Error('this is not asked'))
  for (const permission of OF_CHANNELS) {
    const nowhere = await can(member, permission, { channelId: undefined, standing })
    expect(nowhere).toEqual({ allowed: false, code: 'forbidden' })
    const nobody = await can(undefined, permission, { channelId: id as ChannelId, standing })
    expect(nobody).toEqual({ allowed: false, code: 'not-signed-in' })
  }
  expect(await can(undefined, 'open', { channelId: undefined, standing })).toEqual({ allowed: true })
})
