import { limits } from '@reforms/protocol'
import { describe, expect, test } from 'vitest'
import { checkPasswordStrength, DEFAULT_PASSWORD_COST, Passwords } from './password.ts'

const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 }
const PLACES = 4
const QUEUE = 200

function isWeak(password: string, userName = 'ada'): boolean {
  try {
    checkPasswordStrength(password, userName)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'password-weak' })
    return true
  }
}

describe('SES-1: a password is refused as weak', () => {
  const shortest = 'qwmzxkvbphty'.repeat(2).slice(0, limits.PASSWORD_MIN_CHARACTERS)

  test('that has one character too few, counted as people count them', () => {
    expect(isWeak(shortest)).toBe(false)
    expect(isWeak(shortest.slice(1))).toBe(true)
    const emoji = [...shortest.slice(1)].map((_, at) => ['🦊', '🐙', '🦉', '🐝'][at % 4]).join('')
    expect(isWeak(emoji)).toBe(true)
    expect(isWeak(`${emoji}🦊`)).toBe(false)
  })

  test('that is common, in whatever letters, or written on another keyboard', () => {
    expect(isWeak('password123')).toBe(true)
    expect(isWeak('PassWord123')).toBe(true)
    expect(isWeak('ｐａｓｓｗｏｒｄ１２３')).toBe(true)
  })

  test('that has the user’s name in it, or fewer than four different characters', () => {
    expect(isWeak('the queen of Hearts', 'hearts')).toBe(true)
    expect(isWeak('the queen of Hearts', 'HEARTS')).toBe(true)
    expect(isWeak('the queen of Hearts', 'spades')).toBe(false)
    expect(isWeak('abcabcabcabcABC')).toBe(true)
    expect(isWeak('abcdabcdabcdabc')).toBe(false)
  })
})

describe('a stored password', () => {
  test('SES-1: is a salted Argon2id hash that fits it in either spelling, and nothing else', async () => {
    const passwords = new Passwords(CHEAP)
    const stored = await passwords.hash('caf\u00e9 au lait')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
    expect(await passwords.hash('caf\u00e9 au lait')).not.toBe(stored)
    expect(await passwords.verify(stored, 'cafe\u0301 au lait')).toBe(true)
    expect(await passwords.verify(stored, 'cafe au lait')).toBe(false)
  })

  test('SES-8: that is not there fits nothing, not even what stands in for it', async () => {
    const passwords = new Passwords(CHEAP)
    for (const guess of ['the password of nobody', ''])
      expect(await passwords.verify(undefined, guess)).toBe(false)
  })

  test('SES-1: is stale in whatever its cost differs from today’s', async () => {
    const stored = await new Passwords(CHEAP).hash('a long enough phrase')
    expect(new Passwords(CHEAP).isStale(stored)).toBe(false)
    for (const other of [{ memoryKiB: 128 }, { passes: 2 }, { lanes: 2 }])
      expect(new Passwords({ ...CHEAP, ...other }).isStale(stored), JSON.stringify(other)).toBe(true)
    expect(new Passwords(CHEAP).isStale(stored.replace('argon2id', 'argon2i'))).toBe(true)
  })

  test('SES-1: costs at least what OWASP asks for, unless a test says otherwise', () => {
    expect(DEFAULT_PASSWORD_COST.memoryKiB).toBeGreaterThanOrEqual(19 * 1024)
    expect(DEFAULT_PASSWORD_COST.passes).toBeGreaterThanOrEqual(2)
  })
})

test('LIM-3: hashes wait for a place, a queue that is full refuses, and afterwards there is room again', async () => {
  const passwords = new Passwords(CHEAP)
  const asked = Array.from({ length: PLACES + QUEUE + 1 }, () => passwords.hash('a long enough phrase'))
  const settled = await Promise.allSettled(asked)
  const refused = settled.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(settled.at(-1)).toMatchObject({
    reason: { code: 'rate-limited', detail: { retryAfterMs: expect.any(Number) as number } },
  })
  const again = Array.from({ length: PLACES + QUEUE }, () => passwords.hash('a long enough phrase'))
  expect((await Promise.allSettled(again)).filter(({ status }) => status === 'rejected')).toEqual([])
})
