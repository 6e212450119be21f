/**
 * What Prometheus reads: the process, operations, sockets, log entries; on a port of its own, never the public one. No
 * label names a user, a channel or an address.
 */
import { createServer, type Server } from 'node:http'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Config } from '../config/read.ts'
import { OperatorProblem } from '../config/operator-problem.ts'

export const registry = new Registry()

/** `outcome` is `ok` or the code of the error that was answered. */
export const operationSeconds = new Histogram({
  name: 'reforms_operation_seconds',
  help: 'Time from an operation being called to its answer.',
  labelNames: ['operation', 'outcome'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

/** By `outcome`: what the worker thread answered, or why it was ended. */
export const groupJobSeconds = new Histogram({
  name: 'reforms_group_job_seconds',
  help: 'Time that a worker thread took to check a founding or to follow a commit.',
  labelNames: ['kind', 'outcome'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

export const openSockets = new Gauge({
  name: 'reforms_sockets',
  help: 'Gateway sockets that are open.',
  registers: [registry],
})

export const logEntries = new Counter({
  name: 'reforms_log_entries_total',
  help: 'Entries appended to channel logs.',
  labelNames: ['kind'] as const,
  registers: [registry],
})

interface MetricsLog {
  warn(message: string): void
  error(facts: object, message: string): void
}

/** Undefined where metrics are off, or the default port is taken: then the server goes on without. */
export async function serveMetrics(
  settings: Config['metrics'],
  log: MetricsLog,
): Promise<Server | undefined> {
  if (settings.port === 0) return undefined
  if (!registry.getSingleMetric('reforms_process_cpu_seconds_total'))
    collectDefaultMetrics({ register: registry, prefix: 'reforms_' })
  const server = createServer((request, response) => {
    answer(request.url ?? '/').then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => {
        log.error({ err: error }, 'metrics could not be read')
        response.writeHead(500).end()
      },
    )
  })
  try {
    await listen(server, settings)
    return server
  } catch (error) {
    return withoutMetrics(settings, error, log)
  }
}

async function answer(url: string): Promise<{ status: number; type: string; body: string }> {
  if (url.split('?')[0] !== '/metrics') return { status: 404, type: 'text/plain', body: 'See /metrics\n' }
  return { status: 200, type: registry.contentType, body: await registry.metrics() }
}

function listen(server: Server, { host, port }: Config['metrics']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.unref()
      resolve()
    })
  })
}

function withoutMetrics(
  { host, port, isDefault }: Config['metrics'],
  error: unknown,
  log: MetricsLog,
): undefined {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
  const sentence = `Metrics cannot be served on ${host}:${port} (${code}).`
  const remedy = 'Set REFORMS_METRICS_PORT to a free port, or to 0 for none.'
  if (!isDefault) throw new OperatorProblem(`${sentence} ${remedy}`, 1, error)
  log.warn(`${sentence} Going on without them. ${remedy}`)
  return undefined
}
