/**
 * The worker threads that follow groups, and who waits for them. Invariants:
 * 1. no more waits than the limits say, in all and of one user, and nobody longer than WAIT_MAX_MS: others are told to come again;
 * 2. a job whose thread is lost, or ended for taking too long, costs nobody else more than the start of a new one.
 */
import { ProtocolError, type UserId } from '@reforms/protocol'
import type {
  CommitToFollow,
  FollowedGroup,
  Founding,
  GroupFollower,
  OpenedGroup,
} from '../../ports/group-follower.ts'
import { limitOf, type ServerLimits } from '../../ports/limits.ts'
import { groupJobSeconds } from '../metrics.ts'
import type { GroupJob, GroupJobOutcome } from './group-job.ts'
import { GroupThread, GroupThreadEnded } from './group-thread.ts'

/** About as long as a client waits for an answer. */
const WAIT_MAX_MS = 15_000

export interface GroupWorkersOptions {
  readonly log: { warn(facts: object, message: string): void }
  readonly limits?: Partial<ServerLimits>
  /** Of the worker's program, where it is not the one that is built beside the server. */
  readonly entry?: URL
}

interface Waiting {
  readonly asker: UserId
  readonly go: (thread: GroupThread) => void
  readonly refuse: (error: ProtocolError) => void
}

/** Beside the server's built program. */
const BUILT_ENTRY = new URL('./group-worker.js', import.meta.url)

const later = (reason: string) => new ProtocolError('unavailable', { reason })

export class GroupWorkers implements GroupFollower {
  readonly #options: GroupWorkersOptions
  readonly #threads: readonly GroupThread[]
  readonly #idle: GroupThread[]
  readonly #waiting: Waiting[] = []
  #stopped = false

  constructor(options: GroupWorkersOptions) {
    this.#options = options
    const thread = {
      entry: options.entry ?? BUILT_ENTRY,
      jobMaxMs: limitOf(options, 'groupJobMs'),
      memoryMib: limitOf(options, 'groupWorkerMib'),
    }
    const count = limitOf(options, 'groupWorkers')
    this.#threads = Array.from({ length: count }, () => new GroupThread(thread))
    this.#idle = [...this.#threads]
  }

  async open(founding: Founding, asker: UserId): Promise<OpenedGroup> {
    const { groupInfo, tree } = founding
    const outcome = await this.#do({ kind: 'open', groupInfo, tree }, asker)
    if (outcome.kind !== 'opened') throw this.#faultOf(outcome)
    return outcome.group
  }

  async follow(entry: CommitToFollow, asker: UserId): Promise<FollowedGroup> {
    const { state, commit, groupInfo, now } = entry
    const outcome = await this.#do({ kind: 'follow', state, commit, groupInfo, now }, asker)
    if (outcome.kind !== 'followed') throw this.#faultOf(outcome)
    return outcome.group
  }

  /** What waits is refused, what runs is cut. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { refuse } of this.#waiting.splice(0)) refuse(new ProtocolError('shutting-down'))
    await Promise.all(this.#threads.map((thread) => thread.stop()))
  }

  async #do(job: GroupJob, asker: UserId): Promise<GroupJobOutcome> {
    const thread = await this.#thread(asker)
    const began = performance.now()
    try {
      const { outcome, seconds } = await thread.run(job)
      groupJobSeconds.observe({ kind: job.kind, outcome: outcome.kind }, seconds)
      return outcome
    } catch (error) {
      throw this.#lost(job, error, (performance.now() - began) / 1000)
    } finally {
      this.#release(thread)
    }
  }

  #lost({ kind }: GroupJob, error: unknown, seconds: number): unknown {
    if (!(error instanceof GroupThreadEnded)) return error
    const { reason, message } = error
    groupJobSeconds.observe({ kind, outcome: reason }, seconds)
    this.#options.log.warn({ kind, reason, err: error }, `a worker thread ended: ${message}`)
    return reason === 'too-costly' ? new ProtocolError('commit-refused', { reason }) : later('worker-lost')
  }

  #faultOf(outcome: GroupJobOutcome): Error {
    if (outcome.kind === 'refused') return new ProtocolError('commit-refused', { reason: outcome.reason })
    return new Error(outcome.kind === 'failed' ? outcome.message : 'an answer to another question')
  }

  #thread(asker: UserId): Promise<GroupThread> {
    if (this.#stopped) return Promise.reject(new ProtocolError('shutting-down'))
    const thread = this.#idle.pop()
    return thread ? Promise.resolve(thread) : this.#wait(asker)
  }

  #wait(asker: UserId): Promise<GroupThread> {
    const own = this.#waiting.filter((waiting) => waiting.asker === asker).length
    const isFull = this.#waiting.length >= limitOf(this.#options, 'groupJobsWaiting')
    if (isFull || own >= limitOf(this.#options, 'groupJobsWaitingPerUser'))
      return Promise.reject(later('busy'))
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
      }
      const waiting: Waiting = {
        asker,
        go: (thread) => (end(), resolve(thread)),
        refuse: (error) => (end(), reject(error)),
      }
      const timer = setTimeout(() => waiting.refuse(later('busy')), WAIT_MAX_MS)
      this.#waiting.push(waiting)
    })
  }

  /** The newest idle thread is the next one's: its memory is warm, and what is not needed never starts. */
  #release(thread: GroupThread): void {
    const [next] = this.#waiting
    if (next) next.go(thread)
    else this.#idle.push(thread)
  }
}
