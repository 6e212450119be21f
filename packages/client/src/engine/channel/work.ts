/**
 * The work that a channel needs, one step at a time, one channel's steps never at once. Whatever happens (an event, a message
 * to send, a reconnect) only pokes; `nextStep` decides from the database what is to be done. SPEC.md, ENG-3.
 *
 * Invariants:
 * 1. Only steps write a channel's log, group and outbox states.
 * 2. A step is one transaction, or several of which each leaves a state that the next poke can go on from.
 * 3. A commit is kept with its next state before it is sent, and never sent twice under two clientIds.
 * 4. Nothing is sent in an epoch that is not the log's newest known one.
 */
import { MlsRefused } from '@reforms/crypto'
import { ERRORS, ProtocolError, type ChannelId, type Entry } from '@reforms/protocol'
import { TransportLost } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readChannel, saveWarning, settleServerSeq, type ChannelRow } from '../tables/channels.ts'
import { readEntry, readWaiting } from '../tables/entries.ts'
import { readNextToSend } from '../tables/outbox.ts'
import { readPendingCommit, removePendingCommit, type PendingCommit } from '../tables/pending-commits.ts'
import { applyForward } from './applying.ts'
import { LogDiverged } from './chain.ts'
import { sendCommit } from './committing.ts'
import { finishFounding } from './creating.ts'
import { eraseWithheld } from './erasing.ts'
import { prepareExternal } from './entering.ts'
import { passOver, promotePlaced } from './following.ts'
import { isLeftBehind } from './founded.ts'
import { fetchForward, fetchStart, followStored } from './fetching.ts'
import { mendDivergedLog } from './diverged.ts'
import { hasFounded, prepareGeneration } from './generations.ts'
import { mayFound, offenderOf, setGroupAside } from './last-group.ts'
import { leaveOut } from './left-out.ts'
import { wantsPolicy } from './policy-change.ts'
import { requestKeys } from './key-requests.ts'
import { readWaitingAgain } from './reading.ts'
import { sendNext } from './sending.ts'
import { signerOf } from './signer.ts'
import { FULL, noteTrouble, settleTrouble } from './trouble.ts'
import { isOld, takeTurn } from './turns.ts'
import { newWork, wantNoTurn, type Work } from './work-state.ts'

/** How long a device waits for somebody's Welcome before it enters externally. */
export const WELCOME_WAIT_MS = 4000
/** With something to send, it waits less. */
const WELCOME_WAIT_TO_SEND_MS = 1200
/** Between two looks at a channel that should have moved and has not. */
const BEHIND_MS = 400
/** After so many looks in vain the group here is given up. */
const BEHIND_TIMES_MAX = 10
/** Where what the server gives does not fit, however often it is asked: between two looks. */
const CONTRADICTED_MS = 3000
const DIVERGED_AT_ONCE = 3
/** Where there is no room: each attempt to come in reads all of a large tree. */
const FULL_AGAIN_MS = 10 * 60_000
const ENTRANCES_REFUSED_MAX = 2
/** Between two looks for the proof of a leaf. */
const UNPROVEN_MS = 1000
/** Between two looks for the signed lists of whoever wrote what is here. */
const PROVE_AGAIN_MS = 30_000
const RETRY_MIN_MS = 250
const RETRY_MAX_MS = 30_000
/** Members spread their answers to `turn-wanted` over this time, so that they do not all ask at once. */
const TURN_SPREAD_MS = 400

/** Go on at once, stop until the next poke, or look again after a time. */
type Next = 'again' | 'idle' | { afterMs: number }

export class ChannelWork {
  readonly #context: Context
  readonly #works = new Map<ChannelId, Work>()

  constructor(context: Context) {
    this.#context = context
    context.poke = (channelId) => this.poke(channelId)
    context.turnWanted = (channelId, isAtOnce) => this.turnWanted(channelId, isAtOnce)
  }

  poke(channelId: ChannelId): void {
    const work = this.#workOf(channelId)
    work.again = true
    work.attempts = 0
    this.#start(channelId, work)
  }

  receive(entry: Entry): void {
    const work = this.#workOf(entry.channelId)
    // Somebody has seen to it, and the server says again after it what is left to do: else all would take a turn for nothing.
    if (entry.kind === 'commit') wantNoTurn(work)
    work.inbox.push(entry)
    this.poke(entry.channelId)
  }

  turnWanted(channelId: ChannelId, isAtOnce: boolean): void {
    const work = this.#workOf(channelId)
    if (work.cancelWanted && !isAtOnce) return
    work.cancelWanted?.()
    const spread = isAtOnce ? 0 : Math.floor(this.#context.fraction() * TURN_SPREAD_MS)
    work.cancelWanted = this.#context.ports.clock.after(spread, () => {
      work.cancelWanted = undefined
      work.turnWanted = true
      this.poke(channelId)
    })
  }

  stop(): void {
    for (const work of this.#works.values()) {
      work.cancelTimer?.()
      work.cancelWanted?.()
    }
    this.#works.clear()
  }

  #workOf(channelId: ChannelId): Work {
    const known = this.#works.get(channelId)
    if (known) return known
    const work = newWork()
    this.#works.set(channelId, work)
    return work
  }

  #start(channelId: ChannelId, work: Work): void {
    work.cancelTimer?.()
    work.cancelTimer = undefined
    // Offline there is nothing to do: coming online pokes every channel.
    if (work.running || !this.#context.online) return
    work.running = true
    void this.#context.serial
      .run(channelId, () => this.#run(channelId, work))
      .finally(() => {
        work.running = false
        if (work.again && !this.#context.stopped) this.#start(channelId, work)
      })
  }

  async #run(channelId: ChannelId, work: Work): Promise<void> {
    let next: Next = 'again'
    while (next === 'again' && this.#context.online) {
      work.again = false
      next = await this.#attempt(channelId, work)
      if (next === 'idle' && work.again) next = 'again'
    }
    if (typeof next === 'object') this.#later(channelId, work, next.afterMs)
  }

  #later(channelId: ChannelId, work: Work, afterMs: number): void {
    work.cancelTimer = this.#context.ports.clock.after(afterMs, () => {
      work.again = true
      this.#start(channelId, work)
    })
  }

  async #attempt(channelId: ChannelId, work: Work): Promise<Next> {
    try {
      const next = await nextStep(this.#context, channelId, work)
      work.attempts = 0
      return next
    } catch (error) {
      return this.#recover(channelId, work, error)
    }
  }

  async #recover(channelId: ChannelId, work: Work, error: unknown): Promise<Next> {
    if (this.#context.stopped || !this.#context.online) return 'idle'
    if (isContradiction(error)) return this.#mend(channelId, work)
    if (error instanceof ProtocolError && (error.code === 'not-found' || error.code === 'forbidden'))
      return 'idle'
    if (error instanceof MlsRefused) {
      this.#context.ports.log.warn('what the server shows of a group is refused', { code: error.code })
      const isFull = error.code === 'tree-full'
      noteTrouble(this.#context, channelId, 'entrance', isFull ? FULL : undefined)
      return { afterMs: isFull ? FULL_AGAIN_MS : CONTRADICTED_MS }
    }
    return this.#retry(work, error)
  }

  #retry(work: Work, error: unknown): Next {
    const known =
      error instanceof TransportLost || (error instanceof ProtocolError && ERRORS[error.code].retryable)
    if (!known) this.#context.ports.log.warn('a channel step failed', { error: String(error) })
    work.attempts += 1
    const advised = error instanceof ProtocolError ? Number(error.detail?.['retryAfterMs'] ?? 0) : 0
    return { afterMs: Math.max(advised, Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** work.attempts)) }
  }

  /** Whoever goes on telling two histories is asked again every few seconds: the channel goes on as soon as it is one. */
  async #mend(channelId: ChannelId, work: Work): Promise<Next> {
    work.diverged += 1
    try {
      await mendDivergedLog(this.#context, channelId)
    } catch (error) {
      if (!isContradiction(error)) return this.#retry(work, error)
      noteTrouble(this.#context, channelId, 'history')
      return { afterMs: CONTRADICTED_MS }
    }
    return work.diverged > DIVERGED_AT_ONCE ? { afterMs: CONTRADICTED_MS } : 'again'
  }
}

function isContradiction(error: unknown): boolean {
  return error instanceof LogDiverged || (error instanceof ProtocolError && error.code === 'log-diverged')
}

/** The one function that decides. Reads what is so, does one thing, says how to go on. */
async function nextStep(context: Context, channelId: ChannelId, work: Work): Promise<Next> {
  const row = readChannel(context.database, channelId)
  if (!row || !context.keys) return 'idle'
  if (row.place === 'leaving' || row.place === 'none') return 'idle'
  if (row.place === 'joining') return enter(context, row, work)
  if (!row.log) return fetchStart(context, channelId).then(() => 'again' as const)
  if (takeInbox(context, row, work).length > 0) return applyInbox(context, row, work)
  // Also where the server says that it has less: it must still lead to what is here.
  if (row.serverSeq !== row.log.seq) return catchUpOrGoOn(context, channelId, work)
  work.short = 0
  work.diverged = 0
  if (isLeftBehind(context, row)) return 'idle'
  if (row.groupSeq === undefined) return enter(context, row, work)
  work.waitingSince = undefined
  settleTrouble(context, channelId, 'entrance')
  if (await followStored(context, channelId)) return 'again'
  if (row.warning) clearWarning(context, row)
  if (await leaveOut(context, row)) return 'again'
  const pending = readPendingCommit(context.database, channelId)
  if (pending) return commitPending(context, row, pending, work)
  const wanted = work.removalPending || work.turnWanted || wantsPolicy(context, channelId)
  if (wanted || bringsBack(context, row, work) || isOld(context, row, work.renewedAt))
    return turn(context, row, work)
  return send(context, channelId, work)
}

/** A server that tells of more than it gives, however long it is asked, must not keep the channel from going on (LOG-17). */
async function catchUpOrGoOn(context: Context, channelId: ChannelId, work: Work): Promise<Next> {
  const next = await catchUp(context, channelId)
  work.short = next === 'again' ? 0 : work.short + 1
  if (work.short < BEHIND_TIMES_MAX) return next
  work.short = 0
  settleServerSeq(context.database, channelId)
  noteTrouble(context, channelId, 'withheld')
  return 'again'
}

/** A group that stays behind although the log is all here is not the channel's: this device comes in again (GEN-3). */
async function catchUpToSend(context: Context, channelId: ChannelId, work: Work): Promise<Next> {
  const next = await catchUp(context, channelId)
  work.behind = next === 'again' ? 0 : work.behind + 1
  if (work.behind < BEHIND_TIMES_MAX) return next
  work.behind = 0
  context.ports.log.warn('the group stays behind its log', { channelId })
  context.database.transaction(() => setGroupAside(context, channelId))
  return 'again'
}

/** Waits a moment where there was nothing to fetch: the server is ahead of what it tells. */
async function catchUp(context: Context, channelId: ChannelId): Promise<Next> {
  const before = readChannel(context.database, channelId)
  await fetchForward(context, channelId)
  const after = readChannel(context.database, channelId)
  const moved = before?.log?.seq !== after?.log?.seq || before?.serverSeq !== after?.serverSeq
  return moved ? 'again' : { afterMs: BEHIND_MS }
}

/** Live entries that are new. One that is known here must be the one that is known. Throws LogDiverged. */
function takeInbox(context: Context, row: ChannelRow, work: Work): Entry[] {
  const seq = row.log?.seq ?? 0
  const old = work.inbox.filter((entry) => entry.seq <= seq)
  work.inbox = work.inbox.filter((entry) => entry.seq > seq).sort((a, b) => a.seq - b.seq)
  for (const entry of old) {
    const known = readEntry(context.database, row.channelId, entry.seq)
    if (known && !sameBytes(known.head, entry.head)) {
      throw new LogDiverged(`entry ${entry.seq} is another than the one known here`)
    }
  }
  return work.inbox
}

async function applyInbox(context: Context, row: ChannelRow, work: Work): Promise<Next> {
  const seq = row.log?.seq ?? 0
  const entries = work.inbox
  work.inbox = []
  const following = entries.filter((entry, index) => entry.seq === seq + 1 + index)
  if (following.length > 0) await applyForward(context, row.channelId, following, true)
  if (following.length < entries.length) await fetchForward(context, row.channelId)
  return 'again'
}

/** Waits for a Welcome for a while, then enters by an external commit. */
async function enter(context: Context, row: ChannelRow, work: Work): Promise<Next> {
  const pending = readPendingCommit(context.database, row.channelId)
  if (pending) return commitPending(context, row, pending, work)
  if (await finishFounding(context, row.channelId)) return 'again'
  const offender = row.archived ? undefined : offenderOf(context, row.channelId)
  if (offender) return prepareGeneration(context, row.channelId, offender).then(() => 'again' as const)
  work.waitingSince = Math.min(work.waitingSince ?? context.now(), context.now())
  const toSend = readNextToSend(context.database, row.channelId) !== undefined
  const wait = toSend ? WELCOME_WAIT_TO_SEND_MS : WELCOME_WAIT_MS
  const waited = context.now() - work.waitingSince
  // A clock that was set back must not make it wait for longer.
  if (waited < wait) return { afterMs: Math.min(wait, wait - waited) }
  work.waitingSince = undefined
  if (row.archived) return 'idle'
  await prepareEntrance(context, row.channelId, work)
  return 'again'
}

/** A group that is not the one this device was in is not entered; where it may, it begins the next generation instead (GEN-2). */
async function prepareEntrance(context: Context, channelId: ChannelId, work: Work): Promise<void> {
  try {
    await prepareExternal(context, channelId)
    work.refused = 0
  } catch (error) {
    const isWrong = error instanceof MlsRefused && error.code !== 'tree-full'
    if (!isWrong || !mayFound(context, channelId)) throw error
    work.refused += 1
    if (work.refused < ENTRANCES_REFUSED_MAX) throw error
    work.refused = 0
    await prepareGeneration(context, channelId)
  }
}

async function commitPending(
  context: Context,
  row: ChannelRow,
  pending: PendingCommit,
  work: Work,
): Promise<Next> {
  if (row.groupSeq !== undefined && isOver(row, pending)) {
    context.database.transaction(() => putAway(context, pending))
    return 'again'
  }
  const needsTurn = pending.request.operation === 'log.commit' && !pending.request.external
  if (needsTurn && !work.turnId) return renewTurn(context, row, work)
  const outcome = await sendCommit(context, pending, work.turnId)
  work.turnId = undefined
  if (typeof outcome === 'string') return commitAgain(work, needsTurn, outcome)
  work.turnWanted = false
  work.removalPending = false
  return takeInOwn(context, row, pending, work, outcome.seq)
}

/** Whoever holds the turn goes first; what was refused is made anew where it is still wanted. */
function commitAgain(work: Work, needsTurn: boolean, outcome: 'refused' | 'turn-lost'): Next {
  if (outcome === 'turn-lost') return { afterMs: BEHIND_MS }
  work.turnWanted ||= needsTurn
  return 'again'
}

/** Our commit is in the log: it comes with what follows here, unless the log here is past it or has not begun. */
async function takeInOwn(
  context: Context,
  row: ChannelRow,
  pending: PendingCommit,
  work: Work,
  seq: number,
): Promise<Next> {
  if (row.log && row.log.seq < seq) return awaitReturn(context, row.channelId, work)
  promotePlaced(context, pending, seq)
  await readWaitingAgain(context, row.channelId)
  await context.refreshChannel(row.channelId)
  context.pokeVault()
  return 'again'
}

/** The log has gone past this epoch: with this commit, if it holds it, or without. */
function putAway(context: Context, pending: PendingCommit): void {
  const { database } = context
  const taken = database.all("SELECT seq FROM entry WHERE client_id = ? AND kind = 'commit'", [
    pending.clientId,
  ])
  if (taken.length > 0) passOver(context, pending)
  else removePendingCommit(database, pending.channelId)
}

function isOver(row: ChannelRow, pending: PendingCommit): boolean {
  if (pending.request.operation === 'log.found') return row.generation >= pending.generation
  return (
    row.generation > pending.generation ||
    (row.generation === pending.generation && row.epoch > pending.epoch)
  )
}

async function renewTurn(context: Context, row: ChannelRow, work: Work): Promise<Next> {
  const granted = await context.ports.transport.call('turn.take', { channelId: row.channelId })
  if (!granted.granted || !granted.turnId) return { afterMs: Math.max(granted.retryAfterMs, 50) }
  work.turnId = granted.turnId
  return 'again'
}

async function turn(context: Context, row: ChannelRow, work: Work): Promise<Next> {
  const old = isOld(context, row, work.renewedAt)
  const outcome = await takeTurn(context, row.channelId, old)
  if (outcome.kind === 'later') return { afterMs: outcome.afterMs }
  if (outcome.kind === 'behind') return catchUp(context, row.channelId)
  const removalWaits = work.removalPending && outcome.kind === 'nothing'
  if (outcome.kind === 'nothing') work.aloneIn = row.generation
  work.turnWanted = false
  work.removalPending = false
  if (outcome.kind === 'prepared') {
    work.turnId = outcome.turnId
    if (old) work.renewedAt = context.now()
  }
  return removalWaits ? { afterMs: BEHIND_MS } : 'again'
}

/**
 * Whoever was in before the founding waits to be added, which may take several turns, also of a program that was started since; what
 * is said first, they never read (GEN-4).
 */
function bringsBack(context: Context, row: ChannelRow, work: Work): boolean {
  const { generation } = row
  if (generation === 1 || row.archived || work.aloneIn === generation) return false
  if (hasFounded(context, row)) return true
  work.aloneIn = generation
  return false
}

async function send(context: Context, channelId: ChannelId, work: Work): Promise<Next> {
  const outcome = await sendNext(context, channelId, () => mayGoOnSending(context, work))
  switch (outcome) {
    case 'nothing':
      return askForKeys(context, channelId)
    case 'failed':
      return 'again'
    case 'behind':
      return catchUpToSend(context, channelId, work)
    case 'removal':
      work.removalPending = true
      return 'again'
    case 'unproven':
      // Whoever took a device out of their list waits to be removed: then a turn helps.
      work.turnWanted = true
      return { afterMs: UNPROVEN_MS }
    case 'sent':
      work.behind = 0
      return awaitReturn(context, channelId, work)
  }
}

/** What comes before sending, or what would make it stale, is seen to at once. */
function mayGoOnSending(context: Context, work: Work): boolean {
  const isStale = work.inbox.some(({ kind }) => kind === 'commit')
  return context.online && !isStale && !work.turnWanted && !work.removalPending
}

async function askForKeys(context: Context, channelId: ChannelId): Promise<Next> {
  await eraseWithheld(context, channelId)
  const afterMs = await requestKeys(context, channelId)
  if (afterMs !== undefined) return { afterMs }
  // Their keys are here, so what is missing is a proof of who signed them.
  if (readWaiting(context.database, channelId).every((entry) => !signerOf(context, entry))) return 'idle'
  await readWaitingAgain(context, channelId)
  return { afterMs: PROVE_AGAIN_MS }
}

/** What was acknowledged is in the log: it has come by the socket, or is fetched. */
async function awaitReturn(context: Context, channelId: ChannelId, work: Work): Promise<Next> {
  if (work.inbox.length === 0) await fetchForward(context, channelId)
  return 'again'
}

function clearWarning(context: Context, row: ChannelRow): void {
  context.database.transaction(() => saveWarning(context.database, row.channelId, undefined))
  context.channelChanged(row.channelId)
}
