/**
 * A crowd on our server: really registered, each with a device and a session, in real groups whose commits the server followed,
 * with ciphertext of a real line. Made once for each shape and kept, since it takes minutes for thousands.
 */
import {
  commitChanges,
  createGroup,
  createKeyPackage,
  encodeCommitEvidence,
  encodeContent,
  encryptMessage,
  type EpochRecord,
  type MlsGroup,
} from '@reforms/crypto'
import { encodeCbor, limits, type ChannelId, type ClientId } from '@reforms/protocol'
import type { TestServer } from '@reforms/testkit'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, random, register, type CrowdUser } from '../crowd.ts'
import type { CrowdPlan, RoomPlan } from '../load/client.ts'
import { roomMembers } from './crowd-plan.ts'
import type { CrowdShape } from './system.ts'

/** Registrations and rooms under way at once: both sides have a processor then. */
const AT_ONCE = 4
/** What one link may bring in. */
const LINK_USES = 1000
const LINE = 'The patient in room 12 slept well, and asks when the doctor comes round today.'

/** Does the work for each, some at once, in order of their places. */
async function forEach<T, R>(
  items: readonly T[],
  work: (item: T, place: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const left = [...items.entries()].reverse()
  const lane = async () => {
    for (let next = left.pop(); next; next = left.pop()) results[next[0]] = await work(next[1], next[0])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}

async function registerPeople({ url, setupLink }: TestServer, count: number): Promise<CrowdUser[]> {
  const founder = await register(url, setupLink, 1)
  const invitation = { role: 'member', uses: LINK_USES, expiresInHours: 24, note: '' } as const
  const links: string[] = []
  for (let made = 0; made < count; made += LINK_USES)
    links.push((await founder.session.call('invitation.create', invitation)).url)
  const others = Array.from({ length: count - 1 }, (_, place) => links[Math.floor(place / LINK_USES)]!)
  return [founder, ...(await forEach(others, (link) => register(url, link, 1)))]
}

async function turnOf({ session }: CrowdUser, channelId: ChannelId): Promise<ClientId> {
  for (;;) {
    const { turnId, retryAfterMs } = await session.call('turn.take', { channelId })
    if (turnId) return turnId
    await sleep(retryAfterMs)
  }
}

interface Founded {
  readonly channelId: ChannelId
  readonly group: MlsGroup
  readonly record: EpochRecord
}

async function found(founder: CrowdUser, others: readonly CrowdUser[], name: string): Promise<Founded> {
  const channelId = newId<ChannelId>()
  const [device] = founder.devices
  const isDirect = name === ''
  const kind = isDirect ? 'direct' : 'public'
  const participants = isDirect ? [founder, ...others].map(({ devices }) => devices[0]!.identityKey) : []
  const rules = { version: 1, kind, history: 'all', retentionDays: 0, admitters: 'members' } as const
  const policy = { ...rules, moderators: [], participants }
  const made = await createGroup({ channelId, generation: 1, policy, device: device!, now: Date.now() })
  const { group, record, groupInfo, tree } = made
  await founder.session.call('channel.create', {
    channelId,
    clientId: newId<ClientId>(),
    kind,
    ...(isDirect ? {} : { name }),
    payload: encodeCbor({ type: 'found', groupInfo }),
    groupInfo,
    tree,
    members: others.slice(0, limits.TURN_ADDS_MAX).map(({ devices }) => ({ userId: devices[0]!.userId })),
  })
  return { channelId, group, record }
}

/** One commit of the founder's that brings these in. */
async function bringIn(
  { channelId, group }: Founded,
  founder: CrowdUser,
  newcomers: readonly CrowdUser[],
): Promise<Founded> {
  const turnId = await turnOf(founder, channelId)
  const devices = newcomers.flatMap((user) => user.devices)
  const packages = devices.map((device) => createKeyPackage(device, { now: Date.now(), lastResort: false }))
  const proofs = newcomers.map(({ proof }) => proof)
  const made = await commitChanges({
    group,
    adds: await Promise.all(packages),
    removes: [],
    authenticatedData: encodeCommitEvidence({ admissions: [], proofs }),
    now: Date.now(),
  })
  await founder.session.call('log.commit', {
    channelId,
    clientId: newId<ClientId>(),
    turnId,
    generation: made.record.generation,
    epoch: made.record.epoch - 1,
    payload: encodeCbor({ type: 'commit', commit: made.commit }),
    groupInfo: made.groupInfo,
    ...(made.welcome ? { welcome: { payload: made.welcome, devices: made.joined } } : {}),
  })
  return { channelId, group: made.group, record: made.record }
}

/** A line of the founder's. Said again under another clientId it is ciphertext as good as any, to all but its readers. */
async function encryptLine({ channelId, record }: Founded, { devices }: CrowdUser): Promise<Uint8Array> {
  const [device] = devices
  const sent = { seq: 1, head: random(32) }
  return encryptMessage(
    {
      channelId,
      generation: record.generation,
      epochId: record.epochId,
      deviceId: device!.deviceId,
      clientId: newId<ClientId>(),
      content: encodeContent({ type: 'text', text: LINE, sent, sentAt: Date.now() }),
      epochSecret: record.secret,
      signatureKey: device!.signature,
    },
    random,
  )
}

async function makeRoom(users: readonly CrowdUser[], number: number): Promise<Omit<RoomPlan, 'members'>> {
  const [founder, ...others] = users as [CrowdUser, ...CrowdUser[]]
  let founded = await found(founder, others, users.length === 2 ? '' : `Ward ${number}`)
  for (let at = 0; at < others.length; at += limits.TURN_ADDS_MAX) {
    const newcomers = others.slice(at, at + limits.TURN_ADDS_MAX)
    if (at > 0)
      for (const { session } of newcomers)
        await session.call('channel.join', { channelId: founded.channelId })
    founded = await bringIn(founded, founder, newcomers)
  }
  const payload = await encryptLine(founded, founder)
  const { epoch } = founded.record
  return { name: founded.channelId, payload: Buffer.from(payload).toString('base64'), epoch }
}

export async function makePopulation(server: TestServer, shape: CrowdShape): Promise<CrowdPlan> {
  const users = await registerPeople(server, shape.people)
  const seats = roomMembers(shape)
  const rooms = await forEach(seats, async (members, number) => ({
    members,
    ...(await makeRoom(
      members.map((member) => users[member]!),
      number,
    )),
  }))
  const people = users.map(({ session, devices }, place) => {
    const room = Math.floor(place / shape.roomSize)
    return {
      name: devices[0]!.userId,
      secret: session.token,
      rooms: room < rooms.length ? [room] : [],
    }
  })
  return { people, rooms }
}
