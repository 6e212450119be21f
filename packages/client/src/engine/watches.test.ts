import { describe, expect, it } from 'vitest'
import type { Clock } from '../ports.ts'
import { Watches } from './watches.ts'

/** Time goes by only where it is said. */
class Hand implements Clock {
  at = 1_000_000
  #works: { due: number; work: () => void }[] = []

  now(): number {
    return this.at
  }

  after(delayMs: number, work: () => void): () => void {
    const waiting = { due: this.at + delayMs, work }
    this.#works.push(waiting)
    return () => (this.#works = this.#works.filter((each) => each !== waiting))
  }

  /** In how many milliseconds something is due; it is done then. */
  next(): number {
    const [first] = this.#works.sort((a, b) => a.due - b.due).splice(0, 1)
    const delay = first!.due - this.at
    this.at = first!.due
    first!.work()
    return delay
  }
}

function watching(work: (hand: Hand) => void) {
  const hand = new Hand()
  const watches = new Watches(hand)
  let told = 0
  watches.useViews({ people: () => work(hand) } as never)
  watches.watch('people', {}, () => (told += 1))
  return { hand, watches, told: () => told }
}

it('tells changes that follow each other closely once', () => {
  const { hand, watches, told } = watching(() => undefined)
  for (let change = 0; change < 10; change += 1) watches.changed('people')
  expect(hand.next()).toBeLessThan(20)
  expect(told()).toBe(2)
})

it('tells what takes long less often, and what has become quick at once again', () => {
  let takes = 40
  const { hand, watches } = watching((clock) => (clock.at += takes))
  const delays = [1, 2].map(() => (watches.changed('people'), hand.next()))
  expect(delays[1]).toBeGreaterThanOrEqual(2 * takes)
  takes = 0
  const later = [1, 2].map(() => (watches.changed('people'), hand.next()))
  expect(later[1]).toBe(delays[0])
})

it('is held up for long neither by a slow view nor by a clock that is set', () => {
  let takes = 60_000
  const { hand, watches } = watching((clock) => (clock.at += takes))
  watches.changed('people')
  hand.next()
  watches.changed('people')
  expect(hand.next()).toBeLessThan(500)
  takes = -60_000
  watches.changed('people')
  hand.next()
  watches.changed('people')
  expect(hand.next()).toBeLessThan(20)
})

describe('when something has come', () => {
  const channelId = 'a' as never

  function watchingBoth() {
    const hand = new Hand()
    const watches = new Watches(hand)
    const told: string[] = []
    watches.useViews({ channels: () => 'channels', timeline: () => 'timeline' } as never)
    watches.watch('channels', {}, (view) => told.push(String(view)))
    watches.watch('timeline', { channelId, limit: 1 }, (view) => told.push(String(view)))
    told.length = 0
    const come = () => {
      watches.changed('channels', 'timeline:a')
      watches.hasCome()
    }
    return { hand, told, come }
  }

  it('tells at once what is read, and a little later what stands around it', () => {
    const { hand, told, come } = watchingBoth()
    come()
    expect([hand.next(), [...told]]).toEqual([0, ['timeline']])
    expect(hand.next()).toBeGreaterThan(50)
    expect(told).toEqual(['timeline', 'channels'])
  })

  it('gathers what comes right after it, and puts off the rest once only', () => {
    const { hand, told, come } = watchingBoth()
    come()
    const began = hand.at
    hand.next()
    for (let more = 0; more < 20; more += 1) {
      come()
      hand.next()
      if (told.includes('channels')) break
    }
    expect(hand.at - began).toBeLessThan(150)
    expect(told.length).toBeLessThan(12)
  })
})
