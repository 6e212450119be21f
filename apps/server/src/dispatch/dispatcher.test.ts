import { ProtocolError, type ChannelId, type ErrorCode } from '@reforms/protocol'
import { expect, test } from 'vitest'
import { registry } from '../adapters/metrics.ts'
import type { Actor, Call, Handlers } from '../ports/call.ts'
import { newId } from '../testing.ts'
import { Dispatcher } from './dispatcher.ts'
import { RateLimit } from './rate-limit.ts'

const rate = { perSecond: 1, burst: 10 }
const actor: Actor = { userId: newId(), role: 'member', sessionId: newId(), deviceId: newId() }
const call = { actor, address: '192.0.2.1' } as Call

function dispatcherOf(handlers: Partial<Handlers>): Dispatcher {
  return new Dispatcher({
    handlers: handlers as Handlers,
    standing: () => Promise.reject(new Error('no operation here is about a channel')),
    isMember: () => false,
    clock: () => 0,
    rates: { address: rate, openAddress: rate, session: rate, append: rate },
    checkAnswers: true,
  })
}

test('OP-7: an answer that does not fit its schema is a fault of the server', async () => {
  const wrong = { closed: 'one' } as unknown as { closed: number }
  const dispatcher = dispatcherOf({ 'session.closeOthers': () => Promise.resolve(wrong) })
  await expect(dispatcher.run('session.closeOthers', {}, call)).rejects.toThrow('breaks the table at /closed')
})

test('OP-4: an operation gives the errors that it names, those of every operation, and no other', async () => {
  const throwing = (code: ErrorCode) =>
    dispatcherOf({ 'session.closeOthers': () => Promise.reject(new ProtocolError(code)) })
  const refused = throwing('forbidden').run('session.closeOthers', {}, call)
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
  const unnamed = throwing('stale-epoch').run('session.closeOthers', {}, call)
  await expect(unnamed).rejects.toThrow('the table does not name')
})

test('OP-3: no handler sees an input that does not fit, or a caller who may not', async () => {
  const dispatcher = dispatcherOf({})
  const extra = dispatcher.run('session.closeOthers', { extra: 1 }, call)
  await expect(extra).rejects.toMatchObject({ code: 'invalid-input', detail: { path: '' } })
  const stranger = dispatcher.run('session.closeOthers', {}, { ...call, actor: undefined })
  await expect(stranger).rejects.toMatchObject({ code: 'not-signed-in' })
  const channelId = newId<ChannelId>()
  await expect(dispatcher.run('channel.read', { channelId }, call)).rejects.toThrow('about a channel')
})

test('every operation is measured with its outcome, and with nobody’s name', async () => {
  const dispatcher = dispatcherOf({ 'session.close': () => Promise.resolve({}) })
  registry.resetMetrics()
  await dispatcher.run('session.close', {}, call)
  await expect(dispatcher.run('session.close', { extra: 1 }, call)).rejects.toThrow()
  const text = await registry.metrics()
  expect(text).toContain('reforms_operation_seconds_count{operation="session.close",outcome="ok"} 1')
  expect(text).toContain(
    'reforms_operation_seconds_count{operation="session.close",outcome="invalid-input"} 1',
  )
  expect(text).not.toContain(actor.userId)
})

test('LIM-2: what needs no sign-in counts for its address, whoever asks; what needs one does not', () => {
  const dispatcher = dispatcherOf({})
  for (let taken = 0; taken < rate.burst - 1; taken += 1)
    dispatcher.admit('server.read', { ...actor, sessionId: newId() }, '192.0.2.7')
  dispatcher.admit('session.read', actor, '192.0.2.7')
  dispatcher.admit('server.read', undefined, '192.0.2.7')
  expect(() => dispatcher.admit('server.read', actor, '192.0.2.7')).toThrow(ProtocolError)
  expect(() => dispatcher.admit('session.read', actor, '192.0.2.7')).not.toThrow()
})

test('LIM-2: a bucket refills with time, and never beyond its brim', () => {
  let now = 0
  const limit = new RateLimit({ perSecond: 2, burst: 4 }, () => now)
  const taken = () => {
    let count = 0
    for (;;) {
      try {
        limit.take('key')
        count += 1
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate-limited' })
        return count
      }
    }
  }
  expect(taken()).toBe(4)
  now += 1500
  expect(taken()).toBe(3)
  now += 1_000_000
  expect(taken()).toBe(4)
  // A clock that goes backwards gives nothing, and takes nothing.
  now -= 2_000_000
  expect(taken()).toBe(0)
  expect(() => limit.take('another key')).not.toThrow()
})

test('LIM-2: whoever can wait takes what is to come, one after another, and no more than that', () => {
  let now = 0
  const limit = new RateLimit({ perSecond: 50, burst: 2 }, () => now)
  const waits = () => Array.from({ length: 4 }, () => limit.take('key', 60))
  expect(waits()).toEqual([0, 0, 20, 40])
  expect(limit.take('key', 60)).toBe(60)
  expect(() => limit.take('key', 60)).toThrow(ProtocolError)
  expect(() => limit.take('key')).toThrow(ProtocolError)
  now += 60
  expect(limit.take('key', 60)).toBe(20)
})
