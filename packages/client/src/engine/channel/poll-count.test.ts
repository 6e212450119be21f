import type { UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { countVotes, type SaidOfPoll } from './poll-count.ts'

const [ana, ben, carla] = ['ana', 'ben', 'carla'] as UserId[]
const one = { author: ana, options: ['a', 'b', 'c'], several: false }
const many = { ...one, several: true }
const vote = (author = ben, ...choices: number[]): SaidOfPoll => ({ kind: 'vote', author: author!, choices })
const end = (author = ana): SaidOfPoll => ({ kind: 'poll-end', author: author! })
const counted = (asked: typeof one, ...said: SaidOfPoll[]) => [...countVotes(asked, said).choices]

describe('POLL-2: of what somebody voted, the last that is valid holds', () => {
  it('counts everybody once', () => {
    expect(counted(one, vote(ben, 0), vote(carla, 1), vote(ben, 2))).toEqual([
      [ben, [2]],
      [carla, [1]],
    ])
    expect(counted(many, vote(ben, 0, 2), vote(ben, 2))).toEqual([[ben, [2]]])
  })

  it('takes back what names no option', () => {
    expect(counted(one, vote(ben, 0), vote(ben))).toEqual([])
    expect(counted(one, vote(ben))).toEqual([])
  })

  it('leaves a vote as it was where the next one is not valid', () => {
    for (const invalid of [vote(ben, 3), vote(ben, 0, 1), vote(ben, 1, 1)]) {
      expect(counted(one, vote(ben, 0), invalid)).toEqual([[ben, [0]]])
    }
    expect(counted(many, vote(ben, 0, 0))).toEqual([])
  })
})

describe('POLL-3: only its author ends a poll', () => {
  it('counts nothing that follows the end', () => {
    const { ended, choices } = countVotes(one, [vote(ben, 0), end(), vote(carla, 1), vote(ben)])
    expect(ended).toBe(true)
    expect([...choices]).toEqual([[ben, [0]]])
  })

  it('goes on whatever others say of its end', () => {
    const { ended, choices } = countVotes(one, [end(ben), vote(ben, 0)])
    expect(ended).toBe(false)
    expect([...choices]).toEqual([[ben, [0]]])
    expect(countVotes({ ...one, author: undefined }, [end()]).ended).toBe(false)
  })
})
