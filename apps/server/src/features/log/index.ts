/** Log: the handlers of its operations, and what it does every hour. */
import type { Handlers } from '../../ports/call.ts'
import { commit } from './commit.ts'
import { found } from './found.ts'
import { append } from './message.ts'
import { page, read } from './read.ts'
import { redact } from './redact.ts'

export { eraseExpired } from './retention.ts'

export const logHandlers = {
  'log.append': append,
  'log.read': read,
  'log.page': page,
  'log.commit': commit,
  'log.found': found,
  'log.redact': redact,
} satisfies Partial<Handlers>
