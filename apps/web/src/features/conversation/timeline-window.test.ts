import type { TimelineItem, TimelineView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  beginAround,
  FIRST,
  isInPast,
  isOutrun,
  longer,
  settled,
  type Shown,
  type Window,
} from './timeline-window.ts'

/** A log of so many entries, each shown as one item. */
const LAST = 5000

/** As the engine answers. */
function viewOf({ limit, fromSeq, toSeq, around }: Window['wanted']): TimelineView {
  const place = around && 'seq' in around ? around.seq : undefined
  const end = Math.min(LAST, place === undefined ? (toSeq ?? LAST) : place + around!.after - 1)
  const start = Math.max(
    1,
    place === undefined ? Math.min(fromSeq ?? Infinity, end - limit + 1) : place - limit,
  )
  const items = Array.from(
    { length: end - start + 1 },
    (_, index) => ({ seq: start + index }) as TimelineItem,
  )
  const ends = { moreBefore: start > 1, moreAfter: end < LAST, loading: false }
  return { channelId: '' as ChannelId, items, ...ends, ...(place === undefined ? {} : { place }) }
}

const shownFor = (window: Window): Shown => ({ view: viewOf(window.wanted), window })
const firstOf = ({ view }: Shown) => view.items[0]?.seq
const lastOf = ({ view }: Shown) => view.items.at(-1)?.seq

/** Asks until nothing else is wanted; gives each answer. */
function ask(window: Window): Shown[] {
  const answers = [shownFor(window)]
  for (let next = settled(window, answers[0]!); next !== answers.at(-1)!.window;) {
    answers.push(shownFor(next))
    next = settled(next, answers.at(-1)!)
  }
  return answers
}

/** Scrolls on so often; each step changes one end of the list only. */
function scroll(from: Shown, way: 'before' | 'after', times: number): Shown {
  let shown = from
  for (let time = 0; time < times; time += 1) {
    for (const next of ask(longer(shown.window, shown, way))) {
      expect(firstOf(next) === firstOf(shown) || lastOf(next) === lastOf(shown)).toBe(true)
      expect(next.view.items.length).toBeLessThanOrEqual(400)
      shown = next
    }
  }
  return shown
}

describe('a long way back', () => {
  it('holds some hundreds of items only, and changes one end at a time', () => {
    const back = scroll(ask(FIRST).at(-1)!, 'before', 40)
    expect(firstOf(back)).toBeLessThan(LAST - 3500)
    expect(back.view.items.length).toBeLessThanOrEqual(240)
    expect(isInPast(back.window)).toBe(true)
  })

  it('leads to the beginning and again to the newest', () => {
    const beginning = scroll(ask(FIRST).at(-1)!, 'before', 60)
    expect(firstOf(beginning)).toBe(1)
    const newest = scroll(beginning, 'after', 60)
    expect(lastOf(newest)).toBe(LAST)
    expect(isInPast(newest.window)).toBe(false)
  })
})

describe('around a place', () => {
  it('shows what stands before and after it, and goes on both ways', () => {
    const there = ask(beginAround({ seq: 2000 })).at(-1)!
    expect([firstOf(there), lastOf(there)]).toEqual([1940, 2059])
    expect(firstOf(scroll(there, 'before', 1))).toBe(1840)
    expect(lastOf(scroll(there, 'after', 1))).toBe(2159)
  })

  it('keeps the beginning, also where the first entries show nothing', () => {
    const view = { ...viewOf({ limit: 60, toSeq: 60 }), moreBefore: false, moreAfter: true }
    const shown = { view: { ...view, items: view.items.slice(2) }, window: beginAround({ seq: 1 }) }
    expect(longer(shown.window, shown, 'after').wanted.fromSeq).toBe(1)
  })

  it('is the newest where nothing follows', () => {
    expect(isInPast(ask(beginAround({ seq: LAST - 3 })).at(-1)!.window)).toBe(false)
  })
})

it('asks for no more before the last answer is there', () => {
  const shown = ask(FIRST).at(-1)!
  const asked = longer(shown.window, shown, 'before')
  expect(longer(asked, shown, 'before')).toBe(asked)
  expect(settled(asked, shown)).toBe(asked)
})

it('holds the beginning of what is shown while newer items come, but not without end', () => {
  const shown = ask(FIRST).at(-1)!
  expect(shown.window.wanted.fromSeq).toBe(LAST - 59)
  const many = { ...shown, view: { ...shown.view, items: viewOf({ limit: 900 }).items } }
  expect(settled(shown.window, many).wanted.toSeq).toBeLessThan(LAST)
})

describe('more than is held at once', () => {
  const cutOff = (window: Window): TimelineView => ({ ...viewOf(window.wanted), moreAfter: true })

  it('has outrun who stood at the newest', () => {
    expect(isOutrun({ wanted: { limit: 60, fromSeq: 4900 } }, cutOff({ wanted: { limit: 60 } }))).toBe(true)
    expect(isOutrun(FIRST, viewOf(FIRST.wanted))).toBe(false)
  })

  it('lies ahead of who looks at the past', () => {
    const past = { wanted: { limit: 1, fromSeq: 100, toSeq: 260 } }
    expect(isOutrun(past, viewOf(past.wanted))).toBe(false)
    expect(isOutrun(beginAround({ seq: 2000 }), viewOf(beginAround({ seq: 2000 }).wanted))).toBe(false)
  })
})
