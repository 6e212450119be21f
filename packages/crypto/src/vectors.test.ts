import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromJson, refusalOf, toJson, vectorText, type VectorFile } from './vectors/testing-format.ts'
import { FORMATS } from './vectors/testing-formats.ts'
import { readByTheSecond } from './vectors/testing-sealed.ts'

const folder = new URL('../vectors/', import.meta.url)
const committed = (name: string) => readFileSync(new URL(`${name}.json`, folder), 'utf8')

describe('test vectors', () => {
  it('stand in one file for each format, and in no other', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
    expect(files.sort()).toEqual(FORMATS.map(({ name }) => `${name}.json`).sort())
  })

  it('DIR-6, MBX-2: what our code seals under a key of its own, the second program opens', async () => {
    const { sealed, read } = await readByTheSecond()
    expect(read).toEqual(sealed)
  })

  it('are told apart from others by one bit (positive control)', async () => {
    const recordId = FORMATS.find(({ name }) => name === 'vault-record-id')!
    const [vector] = (JSON.parse(committed(recordId.name)) as VectorFile).vectors
    const input = fromJson(vector!.input) as { firstVaultKey: Uint8Array }
    input.firstVaultKey[0]! ^= 1
    expect(toJson(await recordId.make!(input))).not.toEqual(vector!.output)
  })
})

describe.each(FORMATS)('the format $name', (format) => {
  const file = JSON.parse(committed(format.name)) as VectorFile

  it('is what the rules alone make of it, as npm run vectors writes it', () => {
    expect(vectorText(format)).toBe(committed(format.name))
  })

  it.each(file.vectors)('our code makes and reads: $name', async ({ input, steps, output }) => {
    if (format.make) expect(toJson(await format.make(fromJson(input)))).toEqual(output)
    const read = toJson(await format.open(fromJson(input), fromJson(output)))
    expect({ ...(input as object), ...steps }).toMatchObject(read as object)
  })

  if (file.refused.length > 0) {
    it('our code refuses every alteration', async () => {
      for (const { name, given, code } of file.refused) {
        expect([name, await refusalOf(() => format.attempt(fromJson(given)))]).toEqual([name, code])
      }
    })
  }
})
