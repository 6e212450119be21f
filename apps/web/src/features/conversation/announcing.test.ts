import type { TimelineItem } from '@reforms/client'
import type { UserId } from '@reforms/protocol'
import { describe, expect, test } from 'vitest'
import { newsOf, type Heard, type HeardView } from './announcing.ts'

type MessageItem = Extract<TimelineItem, { kind: 'message' }>

const said = (seq: number, words: string, more: Partial<MessageItem> = {}): TimelineItem => ({
  kind: 'message',
  key: String(seq),
  seq,
  author: 'ben' as UserId,
  authorName: 'Ben',
  mine: false,
  at: seq,
  text: words,
  files: [],
  state: 'sent',
  ...more,
})
const locked = (seq: number): TimelineItem => ({
  kind: 'waiting-for-key',
  key: String(seq),
  seq,
  at: seq,
  authorName: 'Ben',
})
const some = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => said(from + index, `Number ${from + index}`))
const shows = (items: TimelineItem[], ends: Partial<HeardView> = {}): HeardView => ({
  items,
  moreBefore: false,
  moreAfter: false,
  ...ends,
})

/** What is said at each of the views, one after the other. */
function hears(views: HeardView[], threadOf?: number): string[][] {
  let heard: Heard | undefined
  return views.map((view) => {
    const news = newsOf(heard, view, threadOf)
    heard = news.heard
    return news.lines
  })
}

const OPENED = shows([said(1, 'Earlier')])

describe('what is said aloud', () => {
  test('nothing that was there, then everything that comes, in order, once', () => {
    const next = shows([said(1, 'Earlier'), said(2, 'One'), said(3, 'Two')])
    expect(hears([OPENED, next, next])).toEqual([[], ['Ben: One', 'Ben: Two'], []])
  })

  test('the same words again are said again', () => {
    const next = shows([said(1, 'Earlier'), said(2, 'Yes')])
    const last = shows([...next.items, said(3, 'Yes')])
    expect(hears([OPENED, next, last])).toEqual([[], ['Ben: Yes'], ['Ben: Yes']])
  })

  test('the first message of an empty conversation is', () => {
    expect(hears([shows([]), shows([said(1, 'Hello')])])).toEqual([[], ['Ben: Hello']])
  })

  test('nothing of what is fetched only then', () => {
    expect(hears([shows([], { moreBefore: true }), shows(some(1, 3)), shows(some(1, 4))])).toEqual([
      [],
      [],
      ['Ben: Number 4'],
    ])
    const later = shows(some(50, 60), { moreBefore: true })
    expect(hears([later, shows(some(1, 60))])).toEqual([[], []])
  })

  test('nothing of one’s own, nor what is only edited, deleted, or on its way', () => {
    const views = [
      shows([said(1, 'Earlier'), said(2, 'Mine', { mine: true })]),
      shows([said(1, 'Changed', { editedAt: 5 }), said(2, 'Mine', { mine: true })]),
      shows([said(1, '', { redacted: true }), said(3, '', { redacted: true })]),
      shows([said(3, '', { redacted: true }), { ...said(4, 'Mine'), seq: undefined, mine: true } as never]),
    ]
    expect(hears([OPENED, ...views])).toEqual([[], [], [], [], []])
  })

  test('files and spoilers by what they are', () => {
    const file = { blobId: 'a', name: 'a.txt', mediaType: 'text/plain', size: 1 }
    const next = shows([said(1, 'Earlier'), said(2, '', { files: [file] }), said(3, 'It was ||Ana||')])
    expect(hears([OPENED, next])[1]).toEqual(['Ben: sent a file', 'Ben: It was Spoiler'])
    const long = hears([OPENED, shows([said(2, 'a'.repeat(5000))])])[1]?.[0]
    expect(long).toHaveLength('Ben: '.length + 200)
  })

  test('of more than five at once, how many they are', () => {
    expect(hears([OPENED, shows(some(1, 6)), shows(some(1, 18))])).toEqual([
      [],
      some(2, 6).map((_, index) => `Ben: Number ${index + 2}`),
      ['12 new messages'],
    ])
  })

  test('what waited for its key, when it can be read, and not what waited before', () => {
    const views = [
      shows([locked(1)]),
      shows([locked(1), locked(2), said(3, 'Third')]),
      shows([said(1, 'First'), said(2, 'Second'), said(3, 'Third')]),
      shows([said(1, 'First'), said(2, 'Second'), said(3, 'Third')]),
    ]
    expect(hears(views)).toEqual([[], ['Ben: Third'], ['Ben: Second'], []])
  })

  test('nothing of the past, nor of the way back from it; then again what comes', () => {
    const views = [
      shows(some(90, 100), { moreBefore: true }),
      shows(some(1, 20), { moreAfter: true }),
      shows(some(1, 101), { moreAfter: true }),
      shows(some(60, 110), { moreBefore: true }),
      shows(some(60, 111), { moreBefore: true }),
    ]
    expect(hears(views)).toEqual([[], [], [], [], ['Ben: Number 111']])
  })

  test('nothing of a conversation that was opened in the past, until its end was reached', () => {
    const views = [
      shows(some(1, 20), { moreAfter: true }),
      shows(some(1, 40)),
      shows([...some(1, 40), said(41, 'New')]),
    ]
    expect(hears(views)).toEqual([[], [], ['Ben: New']])
  })

  test('nothing of a jump to the newest after hundreds were missed', () => {
    const views = [
      shows(some(90, 100), { moreBefore: true }),
      shows(some(900, 960), { moreBefore: true }),
      shows(some(900, 961), { moreBefore: true }),
    ]
    expect(hears(views)).toEqual([[], [], ['Ben: Number 961']])
  })

  test('answers in a thread that is open beside it are left to that', () => {
    const next = shows([
      said(1, 'Earlier'),
      said(2, 'In this one', { answers: { seq: 1, thread: true } }),
      said(3, 'In another', { answers: { seq: 9, thread: true } }),
      said(4, 'A reply', { answers: { seq: 1, thread: false } }),
    ])
    expect(hears([OPENED, next], 1)[1]).toEqual(['Ben: In another', 'Ben: A reply'])
    expect(hears([OPENED, next])[1]).toHaveLength(3)
  })
})
