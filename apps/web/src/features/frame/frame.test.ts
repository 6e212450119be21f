import type { ChannelItem, ListView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { describe, expect, test } from 'vitest'
import { findPeople } from '../people/find-people.ts'
import { groupsOf, neighbour, shownOf } from './conversation-order.ts'
import { isShortcut } from './shortcuts.ts'
import { unreadOf } from './useUnreadTitle.ts'

function item(name: string, facts: Partial<ChannelItem> = {}): ChannelItem {
  return {
    channelId: name as ChannelId,
    kind: 'public',
    name,
    topic: '',
    archived: false,
    unread: 0,
    mentions: 0,
    lastAt: 0,
    place: 'member',
    people: [],
    ...facts,
  }
}
const plain: ListView = { sections: [], sort: 'name', unreadOnly: false, folded: [] }
const items = [
  item('zoo', { unread: 1 }),
  item('Éclair'),
  item('late', { kind: 'direct', lastAt: 2, unread: 2, mentions: 2 }),
  item('early', { kind: 'direct', lastAt: 1 }),
  item('old', { archived: true, unread: 5 }),
]

describe('the list of conversations', () => {
  test('channels by name, direct ones by their last message, archived ones apart', () => {
    const groups = groupsOf(items, plain)
    expect(groups.map(({ id, items: within }) => [id, within.map(({ name }) => name)])).toEqual([
      ['favourites', []],
      ['channels', ['Éclair', 'zoo']],
      ['direct', ['late', 'early']],
      ['archived', ['old']],
    ])
  })

  test('favourites and own sections first, and all by their last message where that is wanted', () => {
    const own = { id: 'x', name: 'Projects' }
    const arranged = [
      item('b', { lastAt: 5 }),
      item('a', { lastAt: 3 }),
      item('c', { section: 'x' }),
      item('d', { section: 'gone', lastAt: 9 }),
      item('e', { section: 'x', favourite: true }),
    ]
    const groups = groupsOf(arranged, { ...plain, sections: [own], sort: 'activity' })
    expect(groups.slice(0, 3).map(({ id, items: within }) => [id, within.map(({ name }) => name)])).toEqual([
      ['favourites', ['e']],
      ['x', ['c']],
      ['channels', ['d', 'b', 'a']],
    ])
  })

  test('of what is folded only what is unread or open is to be seen, and where only unread is wanted, so everywhere', () => {
    const [, channels] = groupsOf(items, plain)
    const namesOf = (list: ListView, current?: string) =>
      shownOf(channels!, list, current).map(({ name }) => name)
    expect(namesOf({ ...plain, folded: ['channels'] })).toEqual(['zoo'])
    expect(namesOf({ ...plain, unreadOnly: true })).toEqual(['zoo'])
    expect(namesOf({ ...plain, unreadOnly: true }, 'Éclair')).toEqual(['Éclair', 'zoo'])
  })

  test('the keyboard walks it in order and around', () => {
    const all = { items, list: plain }
    expect(neighbour(all, 'zoo', 1)?.name).toBe('late')
    expect(neighbour(all, 'early', 1)?.name).toBe('Éclair')
    expect(neighbour(all, 'Éclair', -1)?.name).toBe('early')
    expect(neighbour(all, undefined, 1)?.name).toBe('Éclair')
    expect(neighbour(all, undefined, -1)?.name).toBe('early')
    expect(neighbour(all, 'early', 1, (each) => each.unread > 0)?.name).toBe('zoo')
    expect(neighbour({ items: [], list: plain }, undefined, 1)).toBeUndefined()
  })

  test('what is archived counts as read', () => {
    expect(unreadOf(items)).toEqual({ unread: 3, forMe: 2 })
  })
})

describe('shortcuts', () => {
  const keys = { key: 'k', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }

  test('the Command key counts as Ctrl', () => {
    expect(isShortcut({ ...keys, ctrlKey: true }, 'Ctrl+K')).toBe(true)
    expect(isShortcut({ ...keys, metaKey: true }, 'Ctrl+K')).toBe(true)
    expect(isShortcut(keys, 'Ctrl+K')).toBe(false)
    expect(isShortcut({ ...keys, ctrlKey: true, shiftKey: true }, 'Ctrl+K')).toBe(false)
  })

  test('arrows need exactly their modifiers', () => {
    const down = { ...keys, key: 'ArrowDown', altKey: true }
    expect(isShortcut(down, 'Alt+ArrowDown')).toBe(true)
    expect(isShortcut(down, 'Alt+Shift+ArrowDown')).toBe(false)
  })
})

describe('finding people', () => {
  const people = [
    { displayName: 'Inês Carvalho', userName: 'ines' },
    { displayName: 'Tom Becker', userName: 'tom.becker' },
    { displayName: 'Beate Tomas', userName: 'beate' },
  ]
  const found = (words: string) => findPeople(people, words).map(({ userName }) => userName)

  test('without regard to accents and case', () => {
    expect(found('INES')).toEqual(['ines'])
  })

  test('those whose word begins so come first', () => {
    expect(found('ate')).toEqual(['beate'])
    expect(found('be')).toEqual(['beate', 'tom.becker'])
    expect(found('')).toHaveLength(3)
  })
})
