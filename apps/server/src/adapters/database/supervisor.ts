/**
 * Keeps the embedded PostgreSQL of a data folder running: adopts a live one, starts it otherwise, starts it again when
 * it dies, stops it when asked. The caller holds the folder's lock.
 *
 * 1. At most one postmaster runs for a cluster (PostgreSQL's own postmaster.pid sees to it too).
 * 2. Between `start` and `stop` a dead postmaster is replaced; after `stop` it is not.
 * 3. `stop` returns when the postmaster has ended.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openCluster, SUPERUSER, type Cluster } from './cluster.ts'
import { findLauncher, type Launcher } from './launcher.ts'
import {
  findPostmaster,
  postmasterLives,
  startPostmaster,
  stopPostmaster,
  type Postmaster,
} from './postmaster.ts'
import { socketFolder } from './socket-folder.ts'

const WATCH_MS = 200
const RESTART_DELAY_MAX_MS = 5000

export interface SupervisorLog {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** How to connect; `host` is the socket's folder. */
export interface SocketAddress {
  readonly host: string
  readonly user: string
  readonly password: string
}

export class EmbeddedPostgres {
  readonly #cluster: Cluster
  readonly #launcher: Launcher
  readonly #log: SupervisorLog
  #postmaster: Postmaster
  #stopping = false
  #watch: Promise<void>

  /** Whether a postmaster was found running, left behind by a server that was killed. */
  readonly adopted: boolean

  private constructor(
    cluster: Cluster,
    launcher: Launcher,
    log: SupervisorLog,
    postmaster: Postmaster,
    adopted: boolean,
  ) {
    this.#cluster = cluster
    this.#launcher = launcher
    this.#log = log
    this.#postmaster = postmaster
    this.adopted = adopted
    this.#watch = this.#keepRunning()
  }

  static async start(dataFolder: string, log: SupervisorLog): Promise<EmbeddedPostgres> {
    const launcher = findLauncher(dataFolder)
    const cluster = await openCluster(dataFolder, launcher)
    const found = await findPostmaster(cluster)
    if (found) {
      log.info(`Took over the embedded PostgreSQL that was still running (process ${found.pid}).`)
      return new EmbeddedPostgres(cluster, launcher, log, found, true)
    }
    const started = await startPostmaster(cluster, launcher, ownSocketFolder(dataFolder, launcher))
    return new EmbeddedPostgres(cluster, launcher, log, started, false)
  }

  get address(): SocketAddress {
    return { host: this.#postmaster.socketFolder, user: SUPERUSER, password: this.#cluster.password }
  }

  get pid(): number {
    return this.#postmaster.pid
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#watch
    await stopPostmaster(this.#cluster, this.#postmaster)
  }

  async #keepRunning(): Promise<void> {
    let delay = 0
    while (!this.#stopping) {
      await sleep(WATCH_MS)
      if (this.#stopping || postmasterLives(this.#cluster, this.#postmaster)) continue
      this.#log.warn('The embedded PostgreSQL has died. Starting it again.')
      await sleep(delay)
      delay = (await this.#restart()) ? 0 : Math.min(RESTART_DELAY_MAX_MS, delay + 500)
    }
  }

  async #restart(): Promise<boolean> {
    try {
      const found = await findPostmaster(this.#cluster)
      const folder = this.#postmaster.socketFolder
      this.#postmaster = found ?? (await startPostmaster(this.#cluster, this.#launcher, folder))
      this.#log.info(`The embedded PostgreSQL runs again (process ${this.#postmaster.pid}).`)
      return true
    } catch (error) {
      this.#log.error(error instanceof Error ? error.message : String(error))
      return false
    }
  }
}

function ownSocketFolder(dataFolder: string, launcher: Launcher): string {
  const folder = socketFolder(dataFolder)
  launcher.own(folder)
  return folder
}

/** The address of the embedded database that another process (a server) keeps running. */
export async function findRunning(dataFolder: string): Promise<SocketAddress | undefined> {
  const cluster = await openCluster(dataFolder, findLauncher(dataFolder))
  const found = await findPostmaster(cluster)
  return found && { host: found.socketFolder, user: SUPERUSER, password: cluster.password }
}
