import { expect, test } from 'vitest'
import { charactersByOrigin } from './chunk-sources.mjs'
import { complaintsOf, loadsOf } from './sizes.mjs'

const MANIFEST = {
  'index.html': {
    file: 'assets/index.js',
    imports: ['_ui.js'],
    dynamicImports: ['src/features/frame/MainLayout.tsx'],
  },
  '_ui.js': { file: 'assets/ui.js' },
  '_list.js': { file: 'assets/list.js', imports: ['_ui.js'] },
  'src/features/frame/MainLayout.tsx': {
    file: 'assets/MainLayout.js',
    imports: ['_ui.js', '_list.js', 'index.html'],
    dynamicImports: ['src/admin.tsx'],
  },
  'src/admin.tsx': { file: 'assets/admin.js' },
  'src/features/conversation/pdf/PdfViewer.tsx': {
    file: 'assets/rare/PdfViewer.js',
    imports: ['_ui.js', '_list.js'],
  },
}
const FILES = [
  ...['assets/style.css', 'assets/worker-1a2b.js', 'assets/sqlite3.wasm', 'assets/admin.js'],
  ...['assets/rare/katex.css', 'assets/rare/pdf-worker-3c4d.js'],
]
const LIMIT = { name: 'the page', limit: 3000 }
const nothingInside = () => undefined

test('what is loaded for a screen is what it imports, without what it loads later', () => {
  expect(loadsOf(MANIFEST, FILES)).toEqual({
    page: ['index.html', 'assets/style.css', 'assets/index.js', 'assets/ui.js'],
    messages: ['assets/MainLayout.js', 'assets/list.js'],
    engine: ['assets/worker-1a2b.js'],
    database: ['assets/sqlite3.wasm'],
    pdf: ['assets/rare/PdfViewer.js', 'assets/rare/pdf-worker-3c4d.js'],
  })
})

test('a screen that has another name now is said, not taken for nothing', () => {
  expect(() => loadsOf({ 'index.html': MANIFEST['_ui.js'] }, FILES)).toThrow(/has no src.*MainLayout/)
  expect(complaintsOf(LIMIT, [], nothingInside)).toEqual([expect.stringContaining('nothing was measured')])
})

test('what keeps its limit is not complained of, what passes it is, with its files and what is in them', () => {
  const sizes = [
    ['assets/ui.js', 1000],
    ['assets/index.js', 2000],
  ]
  expect(complaintsOf(LIMIT, sizes, nothingInside)).toEqual([])
  const [complaint] = complaintsOf({ ...LIMIT, limit: 2999 }, sizes, (file) =>
    file === 'assets/index.js' ? new Map([['react-dom', 5000]]) : undefined,
  )
  expect(complaint).toMatch(
    /the page: 3.0 KB.*\n {2}assets\/index.js 2.0 KB\n.*react-dom 5.0 KB\n {2}assets\/ui.js/,
  )
})

test('what has to be loaded at its first use is found in a first load', () => {
  const complaints = complaintsOf(LIMIT, [['assets/index.js', 10]], () => new Map([['katex', 1]]))
  expect(complaints).toEqual([expect.stringContaining('katex is in assets/index.js')])
  expect(
    complaintsOf({ ...LIMIT, later: true }, [['assets/index.js', 10]], () => new Map([['katex', 1]])),
  ).toEqual([])
})

test('a source map tells which package each character of a script comes from', () => {
  const map = {
    sources: [
      '../../node_modules/@scope/part/dist/a.js',
      '../src/ui/b.ts',
      '../../../node_modules/react/c.js',
    ],
    // Columns 0, 4 and 7 of the first line, 0 of the second.
    mappings: 'AAAA,ICAA,GCAA;AACA',
  }
  expect(charactersByOrigin('aaaabbbccccc\nddd', map)).toEqual(
    new Map([
      ['@scope/part', 4],
      ['src/ui', 3],
      ['react', 8],
    ]),
  )
})
