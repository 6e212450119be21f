/**
 * Who asks by an invite link to come into a private channel, looked at by the devices of its members: whichever may admit, and is
 * there, admits whom it believes. The server cannot: it has no link's key. SPEC.md, LINK-4, LINK-5.
 */
import {
  CryptoError,
  policyOf,
  rosterOf,
  signAdmission,
  verifyChannelLink,
  verifyLinkRequest,
  type MlsGroup,
} from '@reforms/crypto'
import {
  ERRORS,
  limits,
  ProtocolError,
  type ChannelId,
  type Entry,
  type Output,
  type UserId,
} from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { wasEverOut } from '../tables/epochs.ts'
import { ADMISSION_MS } from './creating.ts'
import { loadGroup } from './group-store.ts'
import { decodeNotice } from './notice.ts'

type Request = Output<'channelLink.requests'>['requests'][number]

/** Devices that are there spread over this time, so that one has done it before most others look: longer where many are. */
const SPREAD_MS = 1500
const ONLINE_IN_SPREAD = 50
/** Of what could not be done now: at first, and at most. */
const AGAIN_MIN_MS = 2000
const AGAIN_MAX_MS = 10 * 60_000
/** As many people as a link is for; whoever tells of more is asked another time. */
const PAGES_MAX = limits.CHANNEL_LINK_USES_MAX / limits.CHANNEL_LINK_REQUESTS_PAGE_MAX

/** `passed`: not for this device to answer, or nothing that it believes. `later`: it may be so another time. */
type Outcome = 'added' | 'passed' | 'later'

/** Ends the wait for another time, where there is one. */
const putOff = new WeakMap<Context, () => void>()

/** After coming online. */
export function answerSoon(context: Context): void {
  later(context, spread(context, SPREAD_MS), () => true)
}

/** When a channel's log has something from the server, which may be that somebody asks. */
export function answerAsked(context: Context, { channelId, payload }: Entry): void {
  const notice = decodeNotice(payload)
  if (notice?.type !== 'asked') return
  const online = [...context.presence.values()].filter((presence) => presence === 'online').length
  const spreadMs = SPREAD_MS * Math.max(1, online / ONLINE_IN_SPREAD)
  later(context, spread(context, spreadMs), () => {
    const group = loadGroup(context, channelId)
    return group !== undefined && !isIn(group, notice.userId)
  })
}

const spread = (context: Context, withinMs: number) => Math.floor(context.fraction() * withinMs)

/** `times`: how often in a row something was put off. */
function later(context: Context, afterMs: number, isWanted: () => boolean, times = 0): () => void {
  return context.ports.clock.after(afterMs, () => {
    if (context.stopped || !isWanted()) return
    void answerRequests(context, times).catch((error: unknown) => {
      // Once the connection is back, they are looked at anew.
      context.ports.log.info('who asks to come in was not looked at', { error: String(error) })
    })
  })
}

const isIn = (group: MlsGroup, userId: UserId | undefined) =>
  rosterOf(group).some((leaf) => leaf.userId === userId)

async function answerRequests(context: Context, times: number): Promise<void> {
  if (!context.online || context.me?.role === 'guest') return
  const outcomes = await context.serial.run('invite-requests', () => answerAll(context))
  // However often somebody asks meanwhile, what was put off is looked at once.
  putOff.get(context)?.()
  putOff.delete(context)
  if (!outcomes.includes('later')) return
  const afterMs = Math.min(AGAIN_MAX_MS, AGAIN_MIN_MS * 2 ** times)
  putOff.set(
    context,
    later(context, afterMs, () => true, times + 1),
  )
}

/** The server tells of so many at once: those who are added ask no more, and others come in their place. */
async function answerAll(context: Context): Promise<Outcome[]> {
  let outcomes: Outcome[] = []
  for (let page = 0; page < PAGES_MAX; page += 1) {
    outcomes = []
    const { requests } = await context.ports.transport.call('channelLink.requests', {})
    for (const request of requests) outcomes.push(await answer(context, request))
    const isLast = requests.length < limits.CHANNEL_LINK_REQUESTS_PAGE_MAX
    if (isLast || outcomes.includes('later') || !outcomes.includes('added')) break
  }
  return outcomes
}

async function answer(context: Context, request: Request): Promise<Outcome> {
  const { channelId, userId } = request
  const group = await caughtUpGroup(context, channelId)
  if (!group) return 'later'
  if (!mayAdmit(context, group) || isIn(group, userId)) return 'passed'
  const identityKey = await believed(context, group, request)
  if (!identityKey) {
    context.ports.log.warn('a request to come in does not fit', { channelId })
    return 'passed'
  }
  return admit(context, request, identityKey)
}

/** Undefined while the log goes on past it: who moderates, and who was in before, is not known yet. */
async function caughtUpGroup(context: Context, channelId: ChannelId): Promise<MlsGroup | undefined> {
  return context.serial.run(channelId, () => {
    const row = readChannel(context.database, channelId)
    const isBehind = row?.log === undefined || row.serverSeq > row.log.seq
    return Promise.resolve(isBehind ? undefined : loadGroup(context, channelId))
  })
}

async function admit(
  context: Context,
  { channelId, userId }: Request,
  identityKey: Uint8Array,
): Promise<Outcome> {
  const expiry = context.now() + ADMISSION_MS
  const { signature } = context.requireKeys()
  const admission = await signAdmission(signature, { channelId, identityKey, expiry })
  try {
    await context.ports.transport.call('channel.add', { channelId, members: [{ userId, admission }] })
    context.turnWanted(channelId, true)
    return 'added'
  } catch (error) {
    // Gone meanwhile, or of another identity than the one that asked; or the server is too busy.
    if (!(error instanceof ProtocolError)) throw error
    context.ports.log.info('somebody who asked could not be added', { code: error.code })
    return ERRORS[error.code].retryable ? 'later' : 'passed'
  }
}

const includes = (keys: readonly Uint8Array[], key: Uint8Array) => keys.some((each) => sameBytes(each, key))

function mayAdmit(context: Context, group: MlsGroup): boolean {
  const { kind, admitters, moderators } = policyOf(group)
  if (kind !== 'private') return false
  return admitters === 'members' || includes(moderators, context.requireKeys().identityKey)
}

/** The identity key that may enter; undefined for what no moderator's link leads to, and for who was in before. */
async function believed(
  context: Context,
  group: MlsGroup,
  { channelId, userId, statement, request }: Request,
): Promise<Uint8Array | undefined> {
  try {
    const link = await verifyChannelLink(statement)
    const asked = await verifyLinkRequest(link.linkKey, request)
    const signer = rosterOf(group).find(({ signatureKey }) => sameBytes(signatureKey, link.signer))
    const isGood =
      signer !== undefined &&
      includes(policyOf(group).moderators, signer.identityKey) &&
      link.channelId === channelId &&
      link.expiry > context.now() &&
      asked.channelId === channelId &&
      asked.userId === userId &&
      !wasEverOut(context.database, channelId, asked.identityKey)
    return isGood ? asked.identityKey : undefined
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return undefined
  }
}
