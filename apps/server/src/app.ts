/**
 * The application: services, every operation's handler, HTTP and the gateway, on a Fastify instance that does not listen
 * yet. main starts it; tests call `inject`. A handler that is missing is a compile error here.
 */
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import { MemoryBus } from './adapters/bus/memory.ts'
import { GroupWorkers } from './adapters/groups/group-workers.ts'
import { addSecurityHeaders } from './adapters/web/security-headers.ts'
import { Dispatcher, type RequestRates } from './dispatch/dispatcher.ts'
import { sendError } from './dispatch/answer.ts'
import { operationRoutes } from './dispatch/http.ts'
import { AskedTogether } from './features/asked-together.ts'
import { beaconHandlers } from './features/beacon/index.ts'
import { blobHandlers, eraseStandingStill, sweeper } from './features/blob/index.ts'
import { channelHandlers } from './features/channel/index.ts'
import { channelStandings, type StandingQuestion } from './features/channel/standing.ts'
import { directoryHandlers } from './features/directory/index.ts'
import { eraseExpired, logHandlers } from './features/log/index.ts'
import { mailboxHandlers } from './features/mailbox/index.ts'
import {
  auditWriter,
  createPolicyParts,
  findTokenActors,
  keepHouse,
  policyHandlers,
  type PolicyOptions,
  type PolicyParts,
} from './features/policy/index.ts'
import { vaultHandlers } from './features/vault/index.ts'
import { createGateway, createHub } from './gateway/index.ts'
import { gatewayHandlers } from './gateway/handlers.ts'
import { Presence } from './gateway/presence.ts'
import type { Handlers, Services } from './ports/call.ts'
import { limitOf, type ServerLimits } from './ports/limits.ts'

export interface AppOptions {
  readonly sql: Sql
  readonly log: FastifyBaseLogger
  /** Where people reach this server, without a slash at the end. */
  readonly publicUrl: string
  readonly blobFolder: string
  readonly policy: PolicyOptions
  /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[]
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer }
  readonly rates?: RequestRates
  /** Limits of the features that differ from ports/limits.ts. */
  readonly limits?: Services['limits']
  readonly clock?: () => number
  readonly random?: (length: number) => Uint8Array
  /** The program of the threads that follow groups, where it is not the one that is built beside the server. */
  readonly groupWorker?: URL
  /** For tests: an answer or an error that is not in the operation table is a fault. */
  readonly checkAnswers?: boolean
}

export interface App {
  /** Other routes, hooks and the not-found handler may be added before it listens. */
  readonly fastify: FastifyInstance
  readonly services: Services
  /** What the gateway does every 15 seconds, at once; for tests. */
  round(): Promise<void>
  /** What is done every hour, at once; for tests. */
  tidy(): Promise<void>
  /** Refuses what is new, ends sockets with 1012, waits for what runs, then closes the listener. */
  drain(): Promise<void>
}

function ratesOf(options: AppOptions): RequestRates {
  const rate = (perSecond: keyof ServerLimits, burst: keyof ServerLimits) => ({
    perSecond: limitOf(options, perSecond),
    burst: limitOf(options, burst),
  })
  return {
    address: rate('addressRequestsPerSecond', 'addressRequestsAtOnce'),
    openAddress: rate('openRequestsPerSecond', 'openRequestsAtOnce'),
    session: rate('sessionRequestsPerSecond', 'sessionRequestsAtOnce'),
    append: rate('appendsPerSecond', 'appendsAtOnce'),
  }
}

const HOUSEKEEPING_MS = 60 * 60 * 1000
const FIRST_HOUSEKEEPING_MS = 5 * 60 * 1000

/** The longest that a request may take to arrive: 26 MiB over a slow line. */
const REQUEST_TIMEOUT_MS = 5 * 60 * 1000

function createFastify({ log, tls, trustedProxies = [] }: AppOptions): FastifyInstance {
  const fastify = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    exposeHeadRoutes: false,
    // The dispatcher says it in the protocol's words.
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void sendError(request, reply, error),
    ...(tls ? { https: { cert: tls.cert, key: tls.key } } : {}),
  })
  return fastify as unknown as FastifyInstance
}

interface Adapters {
  readonly bus: MemoryBus
  readonly groups: GroupWorkers
}

function createServices(options: AppOptions, { bus, groups }: Adapters, policy: PolicyParts): Services {
  const { sql, log, publicUrl, blobFolder, limits, clock = Date.now } = options
  return {
    sql,
    bus,
    groups,
    log,
    clock,
    random: options.random ?? ((length) => new Uint8Array(randomBytes(length))),
    settings: () => policy.settings.read(),
    publicUrl,
    blobFolder,
    audit: auditWriter(clock),
    ...(limits ? { limits } : {}),
  }
}

function allHandlers(policy: PolicyParts, presence: Presence): Handlers {
  return {
    ...policyHandlers(policy),
    ...directoryHandlers,
    ...channelHandlers,
    ...logHandlers,
    ...mailboxHandlers,
    ...vaultHandlers,
    ...blobHandlers,
    ...beaconHandlers,
    ...gatewayHandlers(presence),
  }
}

export async function createApp(options: AppOptions): Promise<App> {
  const bus = new MemoryBus()
  const policy = createPolicyParts(options.sql, options.clock ?? Date.now, options.policy)
  const groups = new GroupWorkers({
    ...options,
    ...(options.groupWorker ? { entry: options.groupWorker } : {}),
  })
  const services = createServices(options, { bus, groups }, policy)
  const { sql, log } = services
  const hub = createHub(services)
  const presence = new Presence(bus, hub)
  hub.whenMet((channelId, newcomers) => presence.meet(channelId, newcomers))
  bus.subscribe(hub)
  const standings = new AskedTogether((asked: readonly StandingQuestion[]) => channelStandings(sql, asked))
  const actors = new AskedTogether((tokens: readonly string[]) => findTokenActors(services, tokens))
  const dispatcher = new Dispatcher({
    handlers: allHandlers(policy, presence),
    standing: (channelId, actor) => standings.ask({ channelId, actor }),
    isMember: (channelId, userId) => hub.isMember(channelId, userId),
    // Rates are about time that passes, not about what the clock on the wall says.
    clock: options.clock ?? (() => performance.now()),
    rates: options.rates ?? ratesOf(options),
    checkAnswers: options.checkAnswers ?? false,
  })
  const authenticate = (token: string) => actors.ask(token)
  const { trustedProxies = [] } = options
  const { rounds, gateway } = createGateway({
    services,
    dispatcher,
    hub,
    presence,
    authenticate,
    trustedProxies,
  })
  const fastify = createFastify(options)
  addSecurityHeaders(fastify, options.publicUrl)
  await fastify.register(operationRoutes({ dispatcher, services, authenticate }))
  gateway.start(fastify.server)
  const sweepFiles = sweeper(services)
  const tidy = async () => {
    await keepHouse(services, policy)
    await eraseStandingStill(services)
    await eraseExpired(services)
    await sweepFiles()
  }
  const housekeep = () => void tidy().catch((err: unknown) => log.warn({ err }, 'housekeeping failed'))
  // Soon after a start as well: a server may be started more often than every hour.
  const firstHousekeeping = setTimeout(housekeep, FIRST_HOUSEKEEPING_MS).unref()
  const housekeeping = setInterval(housekeep, HOUSEKEEPING_MS).unref()
  const drain = async () => {
    clearTimeout(firstHousekeeping)
    clearInterval(housekeeping)
    await dispatcher.drain()
    gateway.stop()
    await fastify.close()
    await groups.stop()
  }
  return { fastify, services, round: () => rounds.round(), tidy, drain }
}
