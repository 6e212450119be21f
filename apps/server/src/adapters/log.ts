/**
 * The program's log: pino, as ECS fields in JSON (what Elasticsearch reads) or as lines for a person. No cookie, token or
 * password gets in, no request body, and of addresses the path only.
 */
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config/read.ts'
import { VERSION } from '../version.ts'

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'password',
  'secret',
  'current',
  'next',
]
const HIDDEN = '[not logged]'

/** Secrets at the top of a record, and one and two levels down. */
const REDACTED_PATHS = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`])

interface LoggedRequest {
  readonly method?: string
  readonly url?: string
}

function loggedRequest({ method, url }: LoggedRequest) {
  return { method, path: url?.replace(/[?#].*$/s, '') }
}

/** PostgreSQL's errors carry the query and its parameters: only what says what went wrong is kept. */
function loggedError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack } = error
  const code = 'code' in error ? { code: error.code } : {}
  return { type: name, message, ...code, stack }
}

export function createLog(settings: Config['log'], destination: DestinationStream = process.stdout): Logger {
  const options = {
    level: settings.level,
    messageKey: 'message',
    base: { 'service.name': 'reforms', 'service.version': VERSION, 'process.pid': process.pid },
    timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ 'log.level': label }) },
    redact: { paths: REDACTED_PATHS, censor: HIDDEN },
    serializers: { req: loggedRequest, err: loggedError, error: loggedError },
  }
  return pino(options, settings.format === 'pretty' ? prettyStream(destination) : destination)
}

const NOT_SHOWN = new Set([
  '@timestamp',
  'log.level',
  'message',
  'err',
  'service.name',
  'service.version',
  'process.pid',
])

function prettyStream(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(prettyLine(line)) }
}

/** `12:03:04 WARN  message  key=value`, with control characters escaped: a log line must not steer the terminal. */
function prettyLine(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>
  const level = String(record['log.level']).toUpperCase().padEnd(5)
  const facts = Object.entries(record)
    .filter(([key]) => !NOT_SHOWN.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const time = String(record['@timestamp']).slice(11, 19)
  const text = [time, level, printable(String(record['message'] ?? '')), ...facts.map(printable)].join(' ')
  return `${text}${stackOf(record['err'])}\n`
}

function stackOf(error: unknown): string {
  const { stack, message } = (error ?? {}) as { stack?: string; message?: string }
  const lines = (stack ?? message)?.split('\n').map(printable)
  return lines ? `\n  ${lines.join('\n  ')}` : ''
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (c) => JSON.stringify(c).slice(1, -1))
}
