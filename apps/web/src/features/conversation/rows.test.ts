import type { TimelineItem } from '@reforms/client'
import type { ClientId, UserId } from '@reforms/protocol'
import { describe, expect, test } from 'vitest'
import { newestSeq, rowsOf } from './rows.ts'

const NOON = new Date(2026, 2, 3, 12).getTime()
const MINUTE = 60_000

function said(
  seq: number,
  author: string,
  minutes: number,
  more: { mine?: boolean; waiting?: boolean } = {},
) {
  const item: TimelineItem = {
    kind: 'message',
    key: `m${seq}` as ClientId,
    ...(more.waiting ? {} : { seq }),
    author: author as UserId,
    authorName: author,
    mine: more.mine ?? false,
    at: NOON + minutes * MINUTE,
    text: 'x',
    files: [],
    state: more.waiting ? 'waiting' : 'sent',
  }
  return item
}
const notice: TimelineItem = { kind: 'notice', key: 'n', seq: 2, at: NOON + MINUTE, text: 'x' }
const heads = (items: TimelineItem[], firstUnread?: number) =>
  rowsOf({ items, ...(firstUnread === undefined ? {} : { firstUnread }) }).map((row) => row.head)

describe('rows of a timeline', () => {
  test('one author within five minutes stands under one name', () => {
    expect(heads([said(1, 'a', 0), said(2, 'a', 4), said(3, 'a', 9), said(4, 'b', 9)])).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('a notice between two messages parts them', () => {
    expect(heads([said(1, 'a', 0), notice, said(3, 'a', 2)])).toEqual([true, true, true])
  })

  test('a clock that goes backwards parts them too', () => {
    expect(heads([said(1, 'a', 3), said(2, 'a', 1)])).toEqual([true, true])
  })

  test('each day begins once', () => {
    const rows = rowsOf({ items: [said(1, 'a', 0), said(2, 'a', 1), said(3, 'a', 12 * 60 + 1)] })
    expect(rows.map((row) => row.newDay)).toEqual([true, false, true])
  })

  test('"new" is drawn only where its place is held', () => {
    const items = [said(5, 'a', 0), said(6, 'a', 1)]
    const isDrawn = (firstUnread: number, moreBefore: boolean) =>
      rowsOf({ items, firstUnread, moreBefore }).some((row) => row.newHere)
    expect([isDrawn(5, true), isDrawn(6, true), isDrawn(4, false)]).toEqual([true, true, true])
    expect([isDrawn(4, true), isDrawn(7, true)]).toEqual([false, false])
  })

  test('"new" stands before the first unread message of somebody else, once', () => {
    const items = [said(1, 'a', 0), said(2, 'me', 1, { mine: true }), said(3, 'a', 2), said(4, 'a', 3)]
    const rows = rowsOf({ items, firstUnread: 2 })
    expect(rows.map((row) => row.newHere)).toEqual([false, false, true, false])
    expect(rows[2]?.head).toBe(true)
  })

  test('without an unread entry there is no "new"', () => {
    expect(rowsOf({ items: [said(1, 'a', 0)] }).some((row) => row.newHere)).toBe(false)
  })

  test('a row keeps its key when older ones come before it', () => {
    const newer = [said(5, 'a', 0), said(6, 'a', 1)]
    const keys = rowsOf({ items: newer }).map((row) => row.key)
    expect(
      rowsOf({ items: [said(4, 'a', -1), ...newer] })
        .map((row) => row.key)
        .slice(1),
    ).toEqual(keys)
  })

  test('the read position is the newest numbered entry, not one that waits', () => {
    expect(newestSeq([said(7, 'a', 0), said(9, 'me', 1, { mine: true, waiting: true })])).toBe(7)
    expect(newestSeq([])).toBe(0)
  })
})
