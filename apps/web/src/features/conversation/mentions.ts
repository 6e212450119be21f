/** Completing names of people, teams and "@channel" while one types: what stands before the caret, and who fits it. */
import type { Member, TeamView } from '@reforms/client'
import type { Begun } from './useCompletion.ts'

/** As the engine finds mentions, and "channel" for everybody. */
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u
export const ALL = 'channel'
const MOST_SHOWN = 6
/** Where somebody is still to be found. */
const MOST_TEAMS = 3

/** Undefined where no name is being typed. */
export function begunMention(text: string, caret: number): Begun | undefined {
  const words = BEGUN.exec(text.slice(0, caret))?.[1]
  return words === undefined ? undefined : { start: caret - words.length - 1, words: words.toLowerCase() }
}

export interface Suggestion {
  /** What is written after the "@". */
  userName: string
  member?: Member
  team?: { name: string; here: number }
}

export function suggestionsFor(
  { words }: Begun,
  members: readonly Member[],
  me: string | undefined,
  teams: readonly TeamView[] = [],
): Suggestion[] {
  const rank = ({ userName, displayName }: Pick<Member, 'userName' | 'displayName'>) => {
    const names = displayName.toLowerCase().split(/\s+/)
    if (userName.startsWith(words) || names.some((name) => name.startsWith(words))) return 0
    return userName.includes(words) || displayName.toLowerCase().includes(words) ? 1 : undefined
  }
  const people = members
    .flatMap((member) => {
      const found = rank(member)
      return found === undefined || member.userId === me ? [] : [{ member, found }]
    })
    .sort((a, b) => a.found - b.found || a.member.displayName.localeCompare(b.member.displayName))
    .map(({ member }): Suggestion => ({ userName: member.userName, member }))
  const called = teams.flatMap(({ handle, name, members: ids }): Suggestion[] => {
    const here = members.filter(({ userId }) => userId !== me && ids.includes(userId)).length
    const fits = rank({ userName: handle, displayName: name }) !== undefined
    return fits && here > 0 ? [{ userName: handle, team: { name, here } }] : []
  })
  const all = ALL.startsWith(words) && members.length > 2 ? [{ userName: ALL }] : []
  // Whoever types "@c" may mean Carla or everybody; "@" alone means somebody.
  const many = [...called.slice(0, MOST_TEAMS), ...all]
  const shown = words === '' ? [...people.slice(0, MOST_SHOWN - many.length), ...many] : [...many, ...people]
  return shown.slice(0, MOST_SHOWN)
}
