import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { MarkSearch } from './mark-search.ts'
import { formsOf, Marks } from './marks.ts'

const BLOCK_BYTES = 4 * 1024 * 1024

function markedWith(...texts: string[]) {
  const marks = new Marks()
  for (const text of texts) marks.addText('secret', text, text)
  marks.add('secret', 'a key', randomBytes(32))
  return marks
}

it('every form of a text and of a key is found, wherever it lies', () => {
  const marks = markedWith('z0f3a9d17c', 'Ward 3')
  const search = new MarkSearch(marks.all)
  for (const { mark, form, bytes } of marks.all.flatMap(formsOf)) {
    for (const before of [0, 1, 2, 3, 4099]) {
      const place = Buffer.concat([randomBytes(before), bytes, randomBytes(before)])
      expect(search.inBytes(place, form).map((finding) => finding.mark)).toEqual([mark])
    }
  }
})

it('in Base64 it is found whatever stands around it', () => {
  const [mark] = markedWith('z0f3a9d17c').all
  const search = new MarkSearch([mark!])
  for (const encoding of ['base64', 'base64url'] as const) {
    for (let before = 0; before < 9; before += 1) {
      const longer = Buffer.concat([randomBytes(before), mark!.bytes, randomBytes(7)]).toString(encoding)
      expect(search.inBytes(Buffer.from(longer), encoding)).toHaveLength(1)
    }
  }
})

it('in a file it is found across the blocks that are read, and what is not there is not found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-marks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [there, missing] = [markedWith('z0f3a9d17c'), markedWith('z77777777')]
  const content = Buffer.alloc(BLOCK_BYTES + 100)
  content.write('z0f3a9d17c', BLOCK_BYTES - 5)
  writeFileSync(join(folder, 'file'), content)
  const places = new MarkSearch(there.all).inFolder(folder).map(({ mark, place }) => [mark.name, place])
  expect(places).toEqual([['z0f3a9d17c', 'file']])
  expect(new MarkSearch(missing.all).inFolder(folder)).toEqual([])
})
