import { describe, expect, it } from 'vitest'
import { createSigningKeyPair, sign } from '../keys.ts'
import { signedBytes, verifyBytes } from '../signature.ts'
import { seeded } from '../testing.ts'
import { rememberGood } from './verified-signatures.ts'

const random = seeded(17)
const pair = createSigningKeyPair(random)

async function signed(value: number) {
  const signature = await sign(pair.privateKey, 'test', value)
  return [pair.publicKey, signedBytes('test', value), signature] as const
}

/** With a count of how often it had to verify. */
function counting(max: number) {
  const asked = { count: 0 }
  const verify = rememberGood((...triple) => {
    asked.count += 1
    return verifyBytes(...triple)
  }, max)
  return { verify, asked }
}

describe('good signatures', () => {
  it('are verified once', async () => {
    const { verify, asked } = counting(10)
    const triple = await signed(1)
    for (let time = 0; time < 3; time += 1) expect(await verify(...triple)).toBe(true)
    expect(asked.count).toBe(1)
  })

  it('do not vouch for another key, message or signature', async () => {
    const { verify } = counting(10)
    const triple = await signed(1)
    expect(await verify(...triple)).toBe(true)
    for (const changed of [0, 1, 2]) {
      const [key, message, signature] = triple.map((bytes, index) =>
        index === changed ? bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)) : bytes,
      ) as [Uint8Array, Uint8Array, Uint8Array]
      expect(await verify(key, message, signature)).toBe(false)
    }
  })

  it('do not vouch for the same bytes cut elsewhere', async () => {
    const { verify } = counting(10)
    const [key, message, signature] = await signed(1)
    expect(await verify(key, message, signature)).toBe(true)
    const longer = Uint8Array.of(...signature, message[0]!)
    expect(await verify(key, message.subarray(1), longer)).toBe(false)
  })

  it('are forgotten, the oldest first', async () => {
    const { verify, asked } = counting(2)
    for (const value of [1, 2, 3]) await verify(...(await signed(value)))
    await verify(...(await signed(3)))
    expect(asked.count).toBe(3)
    await verify(...(await signed(1)))
    expect(asked.count).toBe(4)
  })
})

it('a refusal is not remembered', async () => {
  const { verify, asked } = counting(10)
  const [key, message] = await signed(1)
  for (let time = 0; time < 2; time += 1) expect(await verify(key, message, new Uint8Array(64))).toBe(false)
  expect(asked.count).toBe(2)
})
