import type { Member } from '@reforms/client'
import type { TeamId, UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { begunMention, suggestionsFor } from './mentions.ts'
import { completed } from './useCompletion.ts'

const member = (displayName: string, userName: string): Member => ({
  userId: userName as UserId,
  userName,
  displayName,
  role: 'member',
  active: true,
  colourSeed: '',
  presence: 'online',
  moderator: false,
  devices: [],
  standing: 'in',
})
const MEMBERS = [
  member('Ana Moreno', 'ana'),
  member('Carla Bianchi', 'carla'),
  member('Ben Okafor', 'b.okafor'),
]
const found = (words: string, me?: string) =>
  suggestionsFor({ start: 0, words }, MEMBERS, me).map(({ userName }) => userName)

describe('a mention that is being typed', () => {
  it('begins with an @ at the beginning of a word, and ends with what no name has', () => {
    expect(begunMention('Ask @Car', 8)).toEqual({ start: 4, words: 'car' })
    expect(begunMention('@', 1)).toEqual({ start: 0, words: '' })
    expect(begunMention('(@an', 4)).toEqual({ start: 1, words: 'an' })
    for (const text of ['mail@example', '@ana is', 'none'])
      expect(begunMention(text, text.length)).toBeUndefined()
    expect(begunMention('@ana and Ben', 4)).toEqual({ start: 0, words: 'ana' })
  })

  it('is found by either name, whoever is meant first, oneself never', () => {
    expect(found('oka')).toEqual(['b.okafor'])
    expect(found('bia')).toEqual(['carla'])
    expect(found('', 'ana')).toEqual(['b.okafor', 'carla', 'channel'])
    expect(found('c')).toEqual(['channel', 'carla'])
    expect(found('nobody')).toEqual([])
  })

  it('TEAM-3: is a team’s handle too, where somebody of it is in the channel', () => {
    const team = (handle: string, name: string, ...members: string[]) => ({
      ...{ teamId: handle as TeamId, handle, name, mayChange: false },
      members: members as UserId[],
    })
    const teams = [
      team('nurses', 'Nurses', 'ana', 'carla', 'elsewhere'),
      team('cooks', 'Kitchen', 'elsewhere'),
      team('only.me', 'Nobody else', 'ben'),
    ]
    const names = (words: string) =>
      suggestionsFor({ start: 0, words }, MEMBERS, 'ben', teams).map(({ userName }) => userName)
    expect(names('nu')).toEqual(['nurses'])
    expect(names('kit')).toEqual([])
    expect(names('only')).toEqual([])
    expect(names('')).toEqual(['ana', 'b.okafor', 'carla', 'nurses', 'channel'])
    expect(suggestionsFor({ start: 0, words: 'nurs' }, MEMBERS, 'ben', teams)).toEqual([
      { userName: 'nurses', team: { name: 'Nurses', here: 2 } },
    ])
  })

  it('takes the place of what was typed', () => {
    expect(completed('Ask @car about it', 8, { start: 4, words: 'car' }, '@carla')).toEqual({
      text: 'Ask @carla about it',
      caret: 11,
    })
  })
})
