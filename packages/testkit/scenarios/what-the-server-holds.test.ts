/**
 * docs/threat-model.md, "What the server sees": everything is used once, with marks in all that is typed and every private key
 * noted; then the marks are looked for in all that a thief of the server could take.
 */
import type { TimelineItem } from '@reforms/client'
import { OPERATIONS, type ChannelId } from '@reforms/protocol'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  dumpHeap,
  dumpingTo,
  Marks,
  MarkedOrganisation,
  MarkSearch,
  processesIn,
  searchMemory,
  startServer,
  type TestPerson,
  tokenOf,
  type Finding,
  type MarkedPerson,
  type MarkKind,
  type TestServer,
} from '../src/index.ts'

/** What needs 72 hours, a group that is broken or a device that lacks a key, and what takes nothing of the user's to the server. */
const SELDOM_USED = [
  'identity.reset',
  'log.found',
  'mailbox.send',
  'blob.status',
  'group.read',
  'session.list',
  'keyLog.documents',
]
/** Short, since nobody is to be held up here. */
const TURN_REST_MS = '50'
const BACKUP_DIGEST_BYTES = 32
/** A picture of one pixel. */
const DOT = 'R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs='

const folder = mkdtempSync(join(tmpdir(), 'reforms-holds-'))
const marks = new Marks()
let server: TestServer
let people: MarkedOrganisation

beforeAll(async () => {
  server = await startServer({
    env: { ...dumpingTo(folder), REFORMS_LOG_LEVEL: 'trace', REFORMS_LIMIT_TURN_REST_MS: TURN_REST_MS },
  })
  people = new MarkedOrganisation(server, marks)
  await useEverything()
})
afterAll(async () => {
  await people?.leave()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function useEverything(): Promise<void> {
  const ana = await people.register(server.setupLink)
  await administer(ana)
  const ben = await people.register(await ana.person.invite())
  const carla = await people.register(await ana.person.invite())
  for (const kind of ['public', 'private'] as const) await useChannel(kind, ana, ben, carla)
  const { channelId } = await ben.person.do('channel.openDirect', { people: [await ana.person.me()] })
  await ana.person.hears(channelId, await people.say(ben.person, channelId, ana.userName))
  await useDevices(ana)
  await usePasswords(ana, carla)
  await useSessions(ben)
}

async function administer({ person }: MarkedPerson): Promise<void> {
  await person.do('server.info', {})
  await person.do('settings.read', {})
  await person.do('settings.update', { organisation: marks.make('known', 'the organisation’s name') })
  const picture = new Uint8Array(Buffer.from(DOT, 'base64'))
  await person.do('emoji.add', { name: 'thank_you', picture })
  const [emoji] = await person.until('emoji', {}, ({ length }) => length === 1)
  await person.do('emoji.remove', { emojiId: emoji!.emojiId })
  const note = marks.make('known', 'an invitation’s note')
  const { invitation } = await person.do('invitation.create', {
    role: 'member',
    uses: 1,
    expiresInHours: 1,
    note,
  })
  await person.do('invitation.list', {})
  await person.do('invitation.revoke', { invitationId: invitation.invitationId })
  await person.do('profile.update', { displayName: marks.make('known', 'a display name') })
  await person.do('admin.listUsers', { search: marks.make('passing', 'what people are searched by') })
  await useTeams(person)
  await person.do('audit.read', { limit: 10 })
}

async function useTeams(person: TestPerson): Promise<void> {
  const team = { handle: 'nurses', members: [await person.me()] }
  await person.do('team.create', { ...team, name: marks.make('known', 'a team’s name') })
  const [made] = await person.until('teams', {}, ({ length }) => length === 1)
  const { teamId } = made!
  await person.do('team.update', { teamId, ...team, name: marks.make('known', 'a team’s other name') })
  await person.do('team.delete', { teamId })
}

async function useChannel(
  kind: 'public' | 'private',
  ana: MarkedPerson,
  ben: MarkedPerson,
  carla: MarkedPerson,
): Promise<void> {
  const [benId, carlaId] = [await ben.person.me(), await carla.person.me()]
  const channelId = await people.channel(ana.person, kind, kind === 'private' ? [benId] : [])
  await ben.person.do('channel.browse', { search: marks.make('passing', 'what channels are searched by') })
  if (kind === 'public') await ben.person.join(channelId)
  await ben.person.isIn(channelId)
  await ben.person.do('view.focus', { channelId, visible: true })
  await ben.person.do('channel.typing', { channelId })
  await ben.person.do('status.set', { status: { emoji: '', text: marks.make('secret', 'a status') } })
  const text = await people.say(ben.person, channelId, ana.userName)
  await readAndErase(ana, ben, { channelId, text })
  await people.rename(ana.person, kind, channelId)
  if (kind === 'private') await letInByLink(channelId, ana, carla)
  else await ana.person.do('channel.addMembers', { channelId, people: [carlaId] })
  await carla.person.isIn(channelId)
  await carla.person.hears(channelId, await people.say(ana.person, channelId, carla.userName))
  for (const { database } of [ana, ben, carla]) await people.keepKeys(database)
  await ana.person.do('channel.removeMember', { channelId, userId: carlaId })
  await ben.person.hears(channelId, await people.say(ana.person, channelId, ben.userName))
  await ben.person.do('channel.leave', { channelId })
  await ana.person.do('channel.archive', { channelId, archived: true })
  for (const { database } of [ana, ben]) await people.keepKeys(database)
}

/** What it says of the channel is sealed; the server knows a link by what follows from its secret. */
async function letInByLink(channelId: ChannelId, ana: MarkedPerson, carla: MarkedPerson): Promise<void> {
  const { secret } = await ana.person.do('channelLink.create', { channelId, uses: 2, expiresInHours: 1 })
  marks.addText('secret', 'an invite link’s secret', secret)
  await carla.person.do('channelLink.check', { secret })
  await carla.person.do('channelLink.ask', { secret })
  const [link] = await ana.person.do('channelLink.list', { channelId })
  await carla.person.isIn(channelId)
  await ana.person.do('channelLink.revoke', { channelId, linkId: link!.linkId })
}

async function readAndErase(
  ana: MarkedPerson,
  ben: MarkedPerson,
  { channelId, text }: { channelId: ChannelId; text: string },
): Promise<void> {
  const read = messageOf(await ana.person.hears(channelId, text))
  for (const { blobId } of read.files) await ana.person.do('file.read', { channelId, blobId })
  await ana.person.do('channel.markRead', { channelId, seq: read.seq ?? 0 })
  await ana.person.do('safety.number', { userId: await ben.person.me() })
  const mistake = marks.make('secret', 'a message that was deleted')
  await ben.person.say(channelId, mistake)
  const { seq } = messageOf(await ben.person.hears(channelId, mistake))
  await ben.person.do('message.redact', { channelId, seq: seq ?? 0 })
}

function messageOf(item: TimelineItem) {
  if (item.kind !== 'message') throw new Error(`a ${item.kind} where a message should be`)
  return item
}

/** Another device comes by the phrase and goes again; a third asks for a new identity and is stopped. */
async function useDevices(ana: MarkedPerson): Promise<void> {
  const second = await people.signIn(ana)
  await second.person.do('device.restore', { phrase: ana.phrase, deviceName: second.deviceName })
  await second.person.online()
  await people.keepKeys(second.database)
  const devices = await ana.person.until('devices', {}, ({ length }) => length === 2)
  for (const { deviceId } of devices.filter(({ current }) => !current))
    await ana.person.do('device.remove', { deviceId, phrase: ana.phrase })
  await people.keepKeys(ana.database)
  const third = await people.signIn(ana)
  await third.person.do('identity.requestReset', {})
  await ana.person.do('admin.approveReset', { userId: await ana.person.me() })
  await ana.person.do('identity.cancelReset', {})
  await ana.person.do('session.closeOthers', {})
}

/** Changed, forgotten and reset, wrong, and typed where the user name belongs. */
async function usePasswords(ana: MarkedPerson, carla: MarkedPerson): Promise<void> {
  const userId = await carla.person.me()
  const current = ana.password
  const next = marks.make('passing', 'a changed password')
  await ana.person.do('password.change', { current, next })
  const { url } = await ana.person.do('admin.resetPassword', { userId })
  marks.addText('token', 'a reset’s token', tokenOf(url))
  const { person } = await people.visitor()
  carla.password = marks.make('passing', 'a password after a reset')
  await person.do('password.reset', { token: tokenOf(url), password: carla.password })
  const wrong = { userName: marks.make('passing', 'a password for a name'), deviceName: 'Test' }
  const password = marks.make('passing', 'a wrong password')
  await expect(person.do('session.open', { ...wrong, password })).rejects.toThrow()
  await expect(person.do('session.open', { ...wrong, userName: carla.userName, password })).rejects.toThrow()
  await people.signIn(carla)
  await ana.person.do('admin.signOutUser', { userId })
  await ana.person.do('admin.updateUser', { userId, active: false })
}

async function useSessions(ben: MarkedPerson): Promise<void> {
  await people.keepKeys(ben.database)
  await ben.person.do('session.close', {})
}

/** Names of marks of a kind that were found, each with where and how. */
function found(findings: readonly Finding[], kind: MarkKind): string[] {
  return findings
    .filter(({ mark }) => mark.kind === kind)
    .map(({ mark, form, place }) => `${mark.name}: ${form}, in ${place}`)
}

/** Nothing but what the server may hold, and whether the search sees what is there. */
function expectOnlyKnown(findings: readonly Finding[], atLeast: readonly string[]): void {
  for (const kind of ['secret', 'passing', 'token'] as const) expect(found(findings, kind)).toEqual([])
  expectKnown(findings, atLeast)
}

function expectKnown(findings: readonly Finding[], atLeast: readonly string[]): void {
  const known = findings.filter(({ mark }) => mark.kind === 'known').map(({ mark }) => mark.name)
  for (const name of atLeast) expect(known).toContain(name)
}

async function isReady(): Promise<boolean> {
  return (await fetch(`${server.url}/readyz`)).ok
}

describe('what the server holds, after everything has been used', () => {
  it('every operation has been called and answered, but what is seldom needed', async () => {
    const figures = await (await fetch(server.metricsUrl)).text()
    const answered = [...figures.matchAll(/_seconds_count\{operation="([\w.]+)",outcome="ok"\}/g)]
    const names = new Set(answered.map(([, name]) => name))
    const left = Object.keys(OPERATIONS).filter((name) => !names.has(name))
    expect(SELDOM_USED).toEqual(expect.arrayContaining(left))
    expect(new MarkSearch(marks.all).inBytes(Buffer.from(figures), 'the metrics')).toEqual([])
  })

  it('its memory and its database’s have no plaintext, no phrase and no key of theirs', ({ skip }) => {
    const search = new MarkSearch(marks.all)
    const database = processesIn(join(server.dataFolder, 'postgres'))
    try {
      const own = searchMemory(search, server.pid(), 'private')
      expect(found(own, 'secret')).toEqual([])
      expect(found(own, 'known')).not.toEqual([])
    } catch (error) {
      if (!/^E(ACCES|PERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
      skip('this system lets nobody read the memory of their own processes')
    }
    const shared = searchMemory(search, database[0]!, 'shared')
    const theirs = [...shared, ...database.flatMap((pid) => searchMemory(search, pid, 'private'))]
    expect(found(theirs, 'secret')).toEqual([])
    expect(found(theirs, 'known')).not.toEqual([])
  })

  it('a dump of its heap has nothing of it either, nor a password', async () => {
    const search = new MarkSearch(marks.all)
    const file = await dumpHeap(server.pid(), folder, isReady)
    const findings = search.inFile(file)
    expect(found(findings, 'secret')).toEqual([])
    // The last token that a connection to the database brought stays until the connection is used again.
    expect(found(findings, 'passing')).toEqual([])
    expectKnown(findings, ['a user’s id'])
  })

  it('a backup, unpacked, has nothing of it', async () => {
    const file = join(folder, 'holds.backup')
    expect(await server.command('backup', file)).toMatchObject({ code: 0 })
    const packed = readFileSync(file)
    const header = packed.indexOf('\n', packed.indexOf('\n') + 1) + 1
    const unpacked = gunzipSync(packed.subarray(header, -BACKUP_DIGEST_BYTES))
    expectOnlyKnown(new MarkSearch(marks.all).inBytes(unpacked, 'the backup'), [
      'the new name of a public channel',
      'the new topic of a public channel',
      'a display name',
    ])
  })

  it('its data folder, with the WAL and the files, and all its output have nothing of it', async () => {
    await server.terminate()
    const search = new MarkSearch(marks.all)
    const findings = search.inFolder(server.dataFolder)
    expectOnlyKnown(findings, ['the name of a public channel', 'a display name'])
    const places = new Set(findings.map(({ place }) => place.split('/').slice(0, 2).join('/')))
    expect([...places]).toEqual(expect.arrayContaining(['postgres/base', 'postgres/pg_wal']))
    expectOnlyKnown(search.inBytes(Buffer.from(server.output()), 'its output'), [])
  })
})
