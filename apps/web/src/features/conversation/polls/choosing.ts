/** What somebody votes who presses an option: the same once more takes it back. */
import type { PollView } from '@reforms/client'

export function afterChoosing({ options, several }: PollView, place: number): number[] {
  const before = options.flatMap(({ mine }, index) => (mine ? [index] : []))
  if (before.includes(place)) return before.filter((index) => index !== place)
  return several ? [...before, place].sort((a, b) => a - b) : [place]
}
