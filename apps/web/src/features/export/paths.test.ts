import { expect, test } from 'vitest'
import { filePathOf, folderOf, hrefOf } from './paths.ts'

const NAME_MAX_BYTES = 255
const bytesOf = (name: string) => new TextEncoder().encode(name).length

test('names of folders and files hold no path and nothing that a system refuses, and keep their endings', () => {
  expect(folderOf(3, '../../etc/passwd')).toBe('3 .. .. etc passwd')
  expect(folderOf(1, 'CON')).toBe('1 CON')
  expect(folderOf(2, 'ends. . ')).toBe('2 ends')
  expect(filePathOf(12, 1, 'a/b\\c:"rota"?.pdf')).toBe('12-1 a b c rota.pdf')
  expect(filePathOf(12, 2, `${'x'.repeat(300)}.pdf`)).toBe(`12-2 ${'x'.repeat(80)}.pdf`)
  expect(filePathOf(7, 1, '\u202Egpj.exe')).toBe('7-1 gpj.exe')
  expect(hrefOf('files/1-1 a#b?.png')).toBe('files/1-1%20a%23b%3F.png')
})

test('a long name in any script fits into what a file system takes, and no sign is cut in two', () => {
  const names = ['語'.repeat(200), '🏥'.repeat(200), 'я'.repeat(200)]
  for (const name of names) {
    const file = filePathOf(Number.MAX_SAFE_INTEGER, 10, `${name}.${'語'.repeat(10)}`)
    for (const written of [file, folderOf(1000, name)]) {
      expect(bytesOf(written)).toBeLessThanOrEqual(NAME_MAX_BYTES)
      // Half a character would not come back.
      expect(new TextDecoder().decode(new TextEncoder().encode(written))).toBe(written)
    }
  }
})

test('what a browser would open from the disk as a page of its own, with scripts, opens as words', () => {
  expect(filePathOf(1, 1, 'rota.html')).toBe('1-1 rota.html.txt')
  expect(filePathOf(1, 1, 'plan.SVG')).toBe('1-1 plan.SVG.txt')
  expect(filePathOf(1, 1, 'page.xhtml')).toBe('1-1 page.xhtml.txt')
  // Signs that are taken out of the name, or cut off, must not leave such an ending.
  expect(filePathOf(1, 1, 'rota.html?. ')).toBe('1-1 rota.html.txt')
  expect(filePathOf(1, 1, `${'x'.repeat(75)}.htmlonger name`)).toMatch(/\.txt$/)
  expect(filePathOf(1, 1, 'html.pdf')).toBe('1-1 html.pdf')
})
