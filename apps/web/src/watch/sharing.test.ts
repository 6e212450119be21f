import { describe, expect, it } from 'vitest'
import { sharing } from './sharing.ts'

const channels = () => [
  { id: 'a', unread: 0, people: ['ana'] },
  { id: 'b', unread: 2, people: [] },
]

describe('what two snapshots have in common', () => {
  it('is the first one itself where nothing has changed', () => {
    const before = channels()
    expect(sharing(before, channels())).toBe(before)
  })

  it('is each part that has not changed; the others are the new ones', () => {
    const before = channels()
    const [a, b] = channels()
    const now = sharing(before, [a!, { ...b!, unread: 3 }])
    expect(now).not.toBe(before)
    expect(now[0]).toBe(before[0])
    expect(now[1]).toEqual({ id: 'b', unread: 3, people: [] })
    expect(now[1]!.people).toBe(before[1]!.people)
  })

  it('is not the whole where a part has gone, come, or been named otherwise', () => {
    const before = { a: 1, b: undefined as number | undefined }
    expect(sharing(before, { a: 1 })).toEqual({ a: 1 })
    expect(sharing(before, { a: 1 })).not.toBe(before)
    expect(sharing<Record<string, unknown>>(before, { a: 1, c: undefined })).not.toBe(before)
    expect(sharing([1, 2], [1])).toEqual([1])
    expect(sharing([1], [1, 2])).toEqual([1, 2])
  })

  it('takes a list for no object, and bytes and nothing as they come', () => {
    expect(sharing({ 0: 'a' }, ['a'])).toEqual(['a'])
    const bytes = new Uint8Array([1])
    expect(sharing(new Uint8Array([1]), bytes)).toBe(bytes)
    expect(sharing({ a: 1 }, null)).toBeNull()
    expect(sharing(undefined, { a: 1 })).toEqual({ a: 1 })
  })
})
