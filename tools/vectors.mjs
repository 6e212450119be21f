/**
 * `npm run vectors`: writes the test vectors of every byte format into packages/crypto/vectors, from fixed seeds: what it
 * writes is the same each time. packages/crypto/src/vectors.test.ts compares them with our code.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { vectorText } from '../packages/crypto/src/vectors/testing-format.ts'
import { FORMATS } from '../packages/crypto/src/vectors/testing-formats.ts'

const folder = new URL('../packages/crypto/vectors/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const file of readdirSync(folder)) {
  if (file.endsWith('.json')) rmSync(new URL(file, folder))
}
for (const format of FORMATS) writeFileSync(new URL(`${format.name}.json`, folder), vectorText(format))
console.log(`${FORMATS.length} files in packages/crypto/vectors`)
