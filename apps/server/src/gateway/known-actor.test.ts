/** Who a socket speaks for: by the rounds while they come, by asking once where they do not. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Actor } from '../ports/call.ts'
import { newId } from '../testing.ts'
import { Followed, KnownActor } from './known-actor.ts'

const actor: Actor = { userId: newId(), role: 'member', sessionId: newId(), deviceId: newId() }
const nobodyAsks = () => Promise.reject(new Error('asked'))

let followed: Followed

beforeEach(() => {
  vi.useFakeTimers()
  followed = new Followed()
})
afterEach(() => void vi.useRealTimers())

test('PERM-3: what a round found holds until the next is two seconds late', async () => {
  const known = new KnownActor(actor, followed)
  expect(await known.current(nobodyAsks)).toBe(actor)
  vi.advanceTimersByTime(1500)
  const demoted: Actor = { ...actor, role: 'guest' }
  known.note(demoted, performance.now())
  vi.advanceTimersByTime(1999)
  expect(await known.current(nobodyAsks)).toBe(demoted)
  vi.advanceTimersByTime(1)
  await expect(known.current(nobodyAsks)).rejects.toThrow('asked')
})

test('PERM-3: requests that come together ask once, and a failed question is asked again', async () => {
  const known = new KnownActor(actor, followed)
  vi.advanceTimersByTime(2000)
  await expect(known.current(nobodyAsks)).rejects.toThrow('asked')
  const ask = vi.fn(() => Promise.resolve(actor))
  expect(await Promise.all([known.current(ask), known.current(ask)])).toEqual([actor, actor])
  expect(ask).toHaveBeenCalledTimes(1)
})

test('SES-6: a session that was found ended is known to be, and an older answer changes nothing', async () => {
  const known = new KnownActor(actor, followed)
  const before = performance.now()
  vi.advanceTimersByTime(2000)
  expect(await known.current(() => Promise.resolve(undefined))).toBeUndefined()
  known.note(actor, before)
  expect(known.actor).toBeUndefined()
  expect(followed.inDoubt.has(known)).toBe(true)
})

test('PERM-3: a question that failed is forgotten once a round comes through again', async () => {
  const known = new KnownActor(actor, followed)
  vi.advanceTimersByTime(2000)
  await expect(known.current(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  vi.advanceTimersByTime(500)
  known.note(actor, performance.now())
  expect(await known.current(nobodyAsks)).toBe(actor)
})

test('PERM-3: who is not in doubt holds by what the last round found of everybody, and who is in doubt does not', async () => {
  const [known, doubtful] = [new KnownActor(actor, followed), new KnownActor(actor, followed)]
  for (const each of [known, doubtful]) each.note(actor, performance.now())
  vi.advanceTimersByTime(5000)
  doubtful.doubt()
  followed.at = performance.now()
  expect(await known.current(nobodyAsks)).toBe(actor)
  await expect(doubtful.current(nobodyAsks)).rejects.toThrow('asked')
})

test('PERM-3: an answer that comes after a newer one changes nothing', async () => {
  const known = new KnownActor(actor, followed)
  vi.advanceTimersByTime(2000)
  let answer: (actor: Actor | undefined) => void = () => undefined
  const asked = known.current(() => new Promise((resolve) => (answer = resolve)))
  vi.advanceTimersByTime(1)
  known.note(actor, performance.now())
  answer(undefined)
  await asked
  expect(known.actor).toBe(actor)
  expect(await known.current(nobodyAsks)).toBe(actor)
})

test('PERM-3: what a round found before a request asked leaves the doubt, also where the request hears nothing', async () => {
  const known = new KnownActor(actor, followed)
  known.note(actor, performance.now())
  vi.advanceTimersByTime(5000)
  known.doubt()
  const roundAt = performance.now()
  vi.advanceTimersByTime(1)
  const asked = known.current(nobodyAsks)
  known.note(undefined, roundAt)
  await expect(asked).rejects.toThrow('asked')
  followed.at = performance.now()
  expect(followed.inDoubt.has(known)).toBe(true)
  await expect(known.current(nobodyAsks)).rejects.toThrow('asked')
})
