import type { UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { safetyNumber } from './safety-number.ts'
import { seeded, uuid } from './testing.ts'

const random = seeded(11)
const [ada, bo] = [random(32), random(32)]
const [adaId, boId] = [uuid<UserId>(1), uuid<UserId>(2)]

describe('safety number', () => {
  it('ID-9: is sixty digits, the same from both sides', async () => {
    const number = await safetyNumber(ada, adaId, bo, boId)
    expect(number).toMatch(/^(\d{5} ){11}\d{5}$/)
    expect(await safetyNumber(bo, boId, ada, adaId)).toBe(number)
  })

  it('ID-9: is another for another key or user', async () => {
    const numbers = await Promise.all([
      safetyNumber(ada, adaId, bo, boId),
      safetyNumber(random(32), adaId, bo, boId),
      safetyNumber(ada, uuid<UserId>(3), bo, boId),
      safetyNumber(ada, boId, bo, adaId),
    ])
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})
