/** Whom a text names. SPEC.md, REL-8. */
import type { UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readPeople } from '../tables/people.ts'

const MENTION = /(?:^|[\s(])@([a-z0-9][a-z0-9._-]{1,31})/g

/** People named by @user-name: the server is told whom to notify, and nothing else of the text. */
export function mentioned(context: Context, text: string): UserId[] {
  const names = new Set([...text.matchAll(MENTION)].map((match) => match[1]))
  if (names.size === 0) return []
  return readPeople(context.database)
    .filter((person) => names.has(person.userName))
    .map((person) => person.userId)
    .slice(0, 100)
}
