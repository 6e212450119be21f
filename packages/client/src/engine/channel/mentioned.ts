/** Whom a text names. SPEC.md, REL-8, TEAM-3. */
import type { MessageContent } from '@reforms/crypto'
import type { UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readPeople } from '../tables/people.ts'
import { readTeams } from '../tables/teams.ts'
import { saidOf } from './said.ts'

const MENTION = /(?:^|[\s(])@([a-z0-9][a-z0-9._-]{1,31})/g
/** What ends a sentence, where it is not part of a name. */
const SENTENCE_END = /[._-]+$/

/** What stands after each "@", also without what may only end the sentence. */
function namesIn(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(MENTION)].flatMap((match) => match[1] ?? [])
  return new Set(names.flatMap((name) => [name, name.replace(SENTENCE_END, '')]))
}

/** People named by @user-name: the server is told whom to notify, and nothing else of the text. */
export function mentioned(context: Context, text: string): UserId[] {
  const names = namesIn(text)
  if (names.size === 0) return []
  return readPeople(context.database)
    .filter((person) => names.has(person.userName))
    .map((person) => person.userId)
    .slice(0, 100)
}

/** Whether it calls a team that this user is in, by what the server says here of teams: nobody else decides that. */
export function callsMyTeam(context: Context, content: MessageContent | undefined): boolean {
  const said = saidOf(content)
  const me = context.me?.userId
  if (!said || said.type === 'forward' || !me || !said.text.includes('@')) return false
  const names = namesIn(said.text)
  return (
    names.size > 0 &&
    readTeams(context.database).some(({ handle, members }) => names.has(handle) && members.includes(me))
  )
}
