/** What holds of a poll, from what was said about it in the order of the log, and from nothing else. SPEC.md, POLL-2, POLL-3. */
import type { UserId } from '@reforms/protocol'

export interface Asked {
  author: UserId | undefined
  options: readonly string[]
  several: boolean
}

export type SaidOfPoll =
  { kind: 'vote'; author: UserId; choices: readonly number[] } | { kind: 'poll-end'; author: UserId }

export interface PollCount {
  ended: boolean
  /** What each has chosen, who voted first at the beginning; nobody who took it back. */
  choices: ReadonlyMap<UserId, readonly number[]>
}

export function countVotes(asked: Asked, said: readonly SaidOfPoll[]): PollCount {
  const choices = new Map<UserId, readonly number[]>()
  for (const each of said) {
    if (each.kind === 'poll-end') {
      if (each.author === asked.author) return { ended: true, choices }
    } else if (isValid(asked, each.choices)) {
      if (each.choices.length === 0) choices.delete(each.author)
      else choices.set(each.author, each.choices)
    }
  }
  return { ended: false, choices }
}

export function isValid({ options, several }: Omit<Asked, 'author'>, choices: readonly number[]): boolean {
  if (choices.length > 1 && !several) return false
  return new Set(choices).size === choices.length && choices.every((choice) => choice < options.length)
}
