/** For every scenario file: at its end it fails where more messages stayed closed than it said; the sum is printed by tools/undecryptable.setup.mjs. */
import { appendFileSync } from 'node:fs'
import { afterAll } from 'vitest'
import { takeUndecryptable } from '../src/index.ts'

// What is registered first comes last: everybody has left by then.
afterAll(() => {
  const { counted, expected, whose } = takeUndecryptable()
  const file = process.env['UNDECRYPTABLE_FILE']
  if (file !== undefined) appendFileSync(file, `${counted} ${expected}\n`)
  if (counted > expected)
    throw new Error(
      `${counted} messages could not be decrypted by people who may read them (${whose}), and ${expected} were expected: see expectUndecryptable`,
    )
})
