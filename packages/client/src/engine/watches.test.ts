import { expect, it } from 'vitest'
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
    this.#works.push({ due: this.at + delayMs, work })
    return () => undefined
  }

  /** In how many milliseconds something is due; it is done then. */
  next(): number {
    const [first] = this.#works.splice(0, 1)
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
