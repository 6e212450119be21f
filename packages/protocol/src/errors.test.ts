import { expect, test } from 'vitest'
import { ERRORS, isErrorCode, ProtocolError, type ErrorCode } from './errors.ts'
import { OPERATIONS } from './operations/index.ts'

const catalogue = Object.entries(ERRORS)

test('ERR-1: every error is a whole sentence for a person', () => {
  for (const [code, { message }] of catalogue) {
    expect(message, code).toMatch(/^[A-Z][^]{10,}\.$/)
    expect(message, code).not.toMatch(/!|error|exception|undefined/i)
  }
})

test('ERR-1: on the wire an error is its code, its sentence and its facts, and nothing more', () => {
  const error = new ProtocolError('stale-epoch', { epoch: 3 })
  expect(error.toWire()).toEqual({
    code: 'stale-epoch',
    message: ERRORS['stale-epoch'].message,
    detail: { epoch: 3 },
  })
  expect(Object.keys(new ProtocolError('forbidden').toWire())).toEqual(['code', 'message'])
})

test('ERR-2: a code has a status that fits who has to act', () => {
  for (const [code, { status, fault, retryable }] of catalogue) {
    if (fault === 'caller') expect(status, code).toBeLessThan(500)
    if (fault === 'server') expect(status, code).toBe(500)
    if (status === 503 || status === 429) expect(retryable, code).toBe(true)
    expect(status, code).toBeGreaterThanOrEqual(400)
  }
})

test('ERR-2: operations name errors of the catalogue, each once', () => {
  for (const [name, { errors }] of Object.entries(OPERATIONS)) {
    expect(new Set(errors).size, name).toBe(errors.length)
    for (const code of errors as readonly ErrorCode[])
      expect(isErrorCode(code), `${name}: ${code}`).toBe(true)
  }
  expect(isErrorCode('toString')).toBe(false)
})
