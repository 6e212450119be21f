import { expect, test } from 'vitest'
import { keepsSpaces, tidied, written, type Piece } from './pasting.ts'

type Child = string | Piece

/** As much of an element as the rules ask for. */
function element(nodeName: string, children: Child[] = [], attributes: Record<string, string> = {}): Piece {
  const childNodes = children.map((child) => (typeof child === 'string' ? words(child) : child))
  const piece = {
    nodeType: 1,
    nodeName: nodeName.toUpperCase(),
    childNodes,
    textContent: childNodes.map((child) => child.textContent).join(''),
    getAttribute: (name: string) => attributes[name] ?? null,
  }
  for (const child of childNodes) Object.assign(child, { parentNode: piece })
  return piece
}
const words = (textContent: string): Piece => ({
  nodeType: 3,
  nodeName: '#text',
  textContent,
  childNodes: [],
})
const pasted = (...children: Child[]) => tidied(written(element('body', children)))

test('what has a form becomes Markdown', () => {
  expect(pasted('a ', element('b', ['bold ']), element('i', ['it']), element('code', ['x']))).toBe(
    'a **bold** _it_`x`',
  )
  expect(pasted(element('h2', ['Title']), element('p', ['Words\n   wrapped']))).toBe(
    '**Title**\n\nWords wrapped',
  )
  expect(pasted(element('ul', [element('li', ['one']), element('li', ['two'])]))).toBe('- one\n- two')
  expect(pasted(element('ol', [element('li', ['one']), element('li', ['two'])]))).toBe('1. one\n1. two')
  expect(pasted(element('blockquote', [element('p', ['said'])]))).toBe('> said')
  expect(pasted(element('pre', ['a\n  b\n']))).toBe('```\na\n  b\n```')
  const row = (kind: string, ...cells: string[]) =>
    element(
      'tr',
      cells.map((cell) => element(kind, [cell])),
    )
  expect(pasted(element('table', [element('tbody', [row('th', 'a', 'b'), row('td', '1', 'x|y')])]))).toBe(
    '| a | b |\n| --- | --- |\n| 1 | x\\|y |',
  )
})

test('links keep an address that is safe, and nothing else is kept', () => {
  expect(pasted(element('a', ['here'], { href: 'https://example.org/a(b)' }))).toBe(
    '[here](https://example.org/a%28b%29)',
  )
  expect(pasted(element('a', ['here'], { href: 'javascript:alert(1)' }))).toBe('here')
  expect(pasted(element('script', ['alert(1)']), element('style', ['a{}']), element('img'), 'words')).toBe(
    'words',
  )
})

test('a document inside of a bold element that is none is not bold', () => {
  expect(pasted(element('b', [element('p', ['words'])], { style: 'font-weight:normal;' }))).toBe('words')
})

test('lines that are elements of their own stay lines, and an empty one stays empty', () => {
  const line = (...children: Child[]) => element('div', children)
  expect(pasted(line('one'), line('two'), line(element('br')), line('four'))).toBe('one\ntwo\n\nfour')
  expect(pasted('one', line(line('two'), ' ', line('three', element('br'))), 'four')).toBe(
    'one\ntwo\nthree\nfour',
  )
  expect(pasted(line(element('p', ['one'])), line(element('p', ['two'])))).toBe('one\n\ntwo')
  expect(pasted(element('b', [line('one'), line('two')]))).toBe('one\ntwo')
})

test('what a code editor has set out is left to the plain words', () => {
  const code = (whiteSpace: string, name = 'div') =>
    element('body', [element(name, [element('span', ['if']), ' x'], { style: `color: #fff;${whiteSpace};` })])
  expect(keepsSpaces(code('white-space: pre'))).toBe(true)
  expect(keepsSpaces(code('white-space:pre-wrap'))).toBe(false)
  expect(keepsSpaces(code('white-space: pre', 'pre'))).toBe(false)
})
