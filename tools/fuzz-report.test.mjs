import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportShortly } from './fuzz-report.mjs'

const long = fc.constant('x'.repeat(3_000_000))
const property = fc.property(fc.nat({ max: 5 }), long, (_, text) => {
  if (text !== '') throw new Error(`wrong: ${text}`)
})

function messageOf(options) {
  try {
    fc.assert(property, { seed: 7, reporter: reportShortly, ...options })
  } catch (error) {
    return error.message
  }
  return 'passed'
}

test('a counterexample of megabytes is cut, and the seed and the path are kept', () => {
  const message = messageOf({})
  expect(message.length).toBeLessThan(5000)
  expect(message).toContain('wrong: xxx')
  const [, path] = /"seed":7,"path":"([\d:]+)"/.exec(message)
  expect(messageOf({ path, endOnFailure: true })).toContain('wrong: xxx')
})

test('what passes says nothing, and what waits is reported alike', async () => {
  fc.assert(
    fc.property(long, () => undefined),
    { reporter: reportShortly },
  )
  const waiting = fc.asyncProperty(long, async () => Promise.reject(new Error('late')))
  await expect(fc.assert(waiting, { reporter: reportShortly })).rejects.toThrow(
    /Failed after 1 cases[^]*late/,
  )
})
