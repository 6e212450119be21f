import type { ChannelItem, Person } from '@reforms/client'
import { describe, expect, test } from 'vitest'
import { suggestionsFor } from './suggestions.ts'

const known = {
  people: [
    { userName: 'ana.kovac', displayName: 'Ana Kovač' },
    { userName: 'ben.ito', displayName: 'Ben Ito' },
  ] as Person[],
  channels: [
    { name: 'Ward 3', topic: '', lastAt: 1 },
    { name: 'General', topic: 'All of us', lastAt: 2 },
  ] as ChannelItem[],
}
const typedOf = (typed: string) => suggestionsFor(typed, known).map((each) => each.typed)

describe('how a search goes on', () => {
  test.each([
    ['', ['from:', 'in:', 'has:', 'on:', 'before:', 'after:', 'in:thread ']],
    ['fr', ['from:']],
    ['lunch be', ['lunch before:']],
    ['lunch ', []],
    ['f', []],
    ['from:', ['from:ana.kovac ', 'from:ben.ito ']],
    ['from:kov', ['from:ana.kovac ']],
    ['from:ana.kovac', []],
    ['lunch in:', ['lunch in:thread ', 'lunch in:General ', 'lunch in:"Ward 3" ']],
    ['in:thr', ['in:thread ']],
    ['in:thread', []],
    ['in:"war', ['in:"Ward 3" ']],
    ['has:l', ['has:link ']],
    ['on:t', ['on:today ']],
    ['from:nobody', []],
  ])('%j', (typed, expected) => {
    expect(typedOf(typed)).toEqual(expected)
  })
})
