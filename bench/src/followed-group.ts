/**
 * What following a group costs a server that runs, by the group's size: the time in its worker thread, and how long somebody who
 * asks for something else meanwhile waits for an answer, beside how long that takes when nothing is followed.
 */
import {
  commitChanges,
  createGroup,
  createKeyPackage,
  encodeCommitEvidence,
  type MlsGroup,
} from '@reforms/crypto'
import { encodeCbor, limits, type ChannelId, type ClientId } from '@reforms/protocol'
import { startServer, type TestServer } from '@reforms/testkit'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, register, type CrowdUser } from './crowd.ts'
import { figuresOf, print } from './figures.ts'

const DEVICES_EACH = 50
const IDLE_ASKS = 50

interface Channel {
  readonly server: TestServer
  readonly founder: CrowdUser
  /** Lets others register. */
  readonly link: string
  readonly channelId: ChannelId
  group: MlsGroup
  leaves: number
}

async function foundChannel(server: TestServer): Promise<Channel> {
  const founder = await register(server.url, server.setupLink, 1)
  const invitation = { role: 'member', uses: 1000, expiresInHours: 1, note: '' } as const
  const { url: link } = await founder.session.call('invitation.create', invitation)
  const channelId = newId<ChannelId>()
  const rules = {
    version: 1,
    kind: 'public',
    history: 'all',
    retentionDays: 0,
    admitters: 'members',
  } as const
  const policy = { ...rules, moderators: [], participants: [] }
  const device = founder.devices[0]!
  const made = await createGroup({ channelId, generation: 1, policy, device, now: Date.now() })
  const { group, groupInfo, tree } = made
  await founder.session.call('channel.create', {
    channelId,
    clientId: newId<ClientId>(),
    kind: 'public',
    name: 'Everybody',
    payload: encodeCbor({ type: 'found', groupInfo }),
    groupInfo,
    tree,
    members: [],
  })
  return { server, founder, link, channelId, group, leaves: 1 }
}

async function turnOf({ founder, channelId }: Channel): Promise<ClientId> {
  for (;;) {
    const { turnId, retryAfterMs } = await founder.session.call('turn.take', { channelId })
    if (turnId) return turnId
    await sleep(retryAfterMs)
  }
}

async function changed({ group, founder }: Channel, newcomers: readonly CrowdUser[]) {
  const own = founder.devices[0]!.deviceId
  const devices = newcomers.flatMap((user) => user.devices).filter(({ deviceId }) => deviceId !== own)
  const packages = devices.map((device) => createKeyPackage(device, { now: Date.now(), lastResort: false }))
  const evidence = { admissions: [], proofs: newcomers.map(({ proof }) => proof) }
  const authenticatedData = encodeCommitEvidence(evidence)
  return commitChanges({
    group,
    adds: await Promise.all(packages),
    removes: [],
    authenticatedData,
    now: Date.now(),
  })
}

/** Makes a commit; what it gives sends it, and gives the milliseconds until the server has accepted it. */
async function prepare(
  channel: Channel,
  newcomers: readonly CrowdUser[] = [],
): Promise<() => Promise<number>> {
  const turnId = await turnOf(channel)
  const made = await changed(channel, newcomers)
  const { founder, channelId } = channel
  const input = {
    channelId,
    clientId: newId<ClientId>(),
    turnId,
    generation: made.record.generation,
    epoch: made.record.epoch - 1,
    payload: encodeCbor({ type: 'commit', commit: made.commit }),
    groupInfo: made.groupInfo,
    ...(made.welcome ? { welcome: { payload: made.welcome, devices: made.joined } } : {}),
  }
  return async () => {
    const began = performance.now()
    await founder.session.call('log.commit', input)
    channel.group = made.group
    channel.leaves += made.joined.length
    return performance.now() - began
  }
}

async function growTo(channel: Channel, leaves: number): Promise<void> {
  while (channel.leaves < leaves) {
    const missing = Math.min(leaves - channel.leaves, limits.TURN_ADDS_MAX)
    const newcomers: CrowdUser[] = []
    for (let left = missing; left > 0; left -= DEVICES_EACH)
      newcomers.push(await register(channel.server.url, channel.link, Math.min(left, DEVICES_EACH)))
    for (const { session } of newcomers) await session.call('channel.join', { channelId: channel.channelId })
    const send = await prepare(channel, newcomers)
    await send()
  }
}

/** One request after the other, until the work is done. */
async function asksDuring(url: string, work: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let isDone = false
  const done = work.finally(() => (isDone = true))
  while (!isDone) {
    const began = performance.now()
    await (await fetch(`${url}/healthz`)).arrayBuffer()
    times.push(performance.now() - began)
  }
  await done
  return times
}

/** Sum and count of what the worker threads followed so far, in milliseconds. */
async function followedSoFar({ metricsUrl }: TestServer): Promise<{ ms: number; count: number }> {
  const text = await (await fetch(metricsUrl)).text()
  const read = (what: 'sum' | 'count') =>
    Number(
      new RegExp(
        `^reforms_group_job_seconds_${what}\\{kind="follow",outcome="followed"\\} (\\S+)$`,
        'm',
      ).exec(text)?.[1] ?? 0,
    )
  return { ms: read('sum') * 1000, count: read('count') }
}

async function measureAt(channel: Channel, leaves: number, times: number): Promise<void> {
  await growTo(channel, leaves)
  const { server } = channel
  const [accepted, meanwhile, inWorker]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < times; round += 1) {
    const before = await followedSoFar(server)
    const send = await prepare(channel)
    const work = send().then((ms) => accepted.push(ms))
    meanwhile.push(Math.max(...(await asksDuring(server.url, work))))
    inWorker.push((await followedSoFar(server)).ms - before.ms)
  }
  const idle: number[] = []
  for (let ask = 0; ask < IDLE_ASKS; ask += 1) idle.push(...(await asksDuring(server.url, Promise.resolve())))
  process.stdout.write(`\n${leaves} leaves, on the server\n`)
  print('follow a commit, in the worker thread', figuresOf(inWorker))
  print('accept a commit, from request to answer', figuresOf(accepted))
  print('the longest that anybody else waits meanwhile', figuresOf(meanwhile))
  print('the same when nothing is followed', figuresOf(idle))
}

export async function measureServer(sizes: readonly number[], times: number): Promise<void> {
  const server = await startServer({ env: { REFORMS_LIMIT_TURN_REST_MS: '1' } })
  try {
    const channel = await foundChannel(server)
    for (const leaves of sizes) await measureAt(channel, leaves, times)
  } finally {
    await server.stop()
  }
}
