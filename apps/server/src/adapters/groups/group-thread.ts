/**
 * One worker thread with its life: begun when there is something to do, ended when a job takes longer than it may, begun
 * anew after it died. One job at a time: what ends the thread is what it worked on.
 */
import { Worker } from 'node:worker_threads'
import type { GroupJob, GroupJobAnswer } from './group-job.ts'

/** On a machine that is busy with other things; it takes a part of a second. */
const START_MAX_MS = 30_000
/** Of short-lived objects; the limit that counts is that of the old ones. */
const YOUNG_GENERATION_MIB = 32

export interface GroupThreadOptions {
  readonly entry: URL
  readonly jobMaxMs: number
  readonly memoryMib: number
}

/** `too-costly`: the job took more time or memory than it may. `lost`: the thread died of something else. */
export class GroupThreadEnded extends Error {
  override readonly name = 'GroupThreadEnded'
  readonly reason: 'too-costly' | 'lost'

  constructor(reason: 'too-costly' | 'lost', message: string) {
    super(message)
    this.reason = reason
  }
}

interface Running {
  readonly worker: Worker
  readonly ready: Promise<void>
  /** Never fulfilled. */
  readonly ended: Promise<never>
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function begin({ entry, memoryMib }: GroupThreadOptions): Running {
  const worker = new Worker(entry, {
    name: 'groups',
    // None of the server's own settings: it needs none of them.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMib, maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  })
  worker.unref()
  const ready = new Promise<void>((resolve) => worker.once('message', () => resolve()))
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once('error', (error) =>
      reject(new GroupThreadEnded(isOutOfMemory(error) ? 'too-costly' : 'lost', error.message)),
    )
    worker.once('exit', (code) => reject(new GroupThreadEnded('lost', `it ended with ${code}`)))
  })
  // Nobody may be waiting just then.
  ended.catch(() => undefined)
  return { worker, ready, ended }
}

/** Large bytes go over without another copy. The database's small ones share a buffer, which has to stay. */
function transferOf(job: GroupJob): ArrayBuffer[] {
  if (job.kind === 'open') return []
  const { buffer, byteLength } = job.state
  return buffer.byteLength === byteLength ? [buffer as ArrayBuffer] : []
}

async function within<T>(ms: number, work: Promise<T>, late: () => GroupThreadEnded): Promise<T> {
  let timer
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([work, tooLong])
  } finally {
    clearTimeout(timer)
  }
}

export class GroupThread {
  readonly #options: GroupThreadOptions
  #running: Running | undefined

  constructor(options: GroupThreadOptions) {
    this.#options = options
  }

  /** Throws GroupThreadEnded; the next job then begins a new thread. */
  async run(job: GroupJob): Promise<GroupJobAnswer> {
    const { jobMaxMs } = this.#options
    try {
      const { worker, ready, ended } = this.#begun()
      const started = Promise.race([ready, ended])
      await within(START_MAX_MS, started, () => new GroupThreadEnded('lost', 'it did not start in time'))
      const answer = new Promise<GroupJobAnswer>((resolve) => worker.once('message', resolve))
      worker.postMessage(job, transferOf(job))
      const late = () => new GroupThreadEnded('too-costly', `a job took longer than ${jobMaxMs} ms`)
      return await within(jobMaxMs, Promise.race([answer, ended]), late)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.worker.terminate()
  }

  #begun(): Running {
    if (this.#running) return this.#running
    const running = begin(this.#options)
    // One that dies while nobody needs it is replaced unseen.
    running.worker.once('exit', () => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }
}
