import { expect, test } from 'vitest'
import { outdatedCaches, wantedBy, type Build } from './shell.ts'

const ORIGIN = 'https://chat.example.org'
const BUILD: Build = {
  name: 'three',
  files: ['/assets/index-1a2b.js', '/favicon.svg'],
  entries: ['/assets/index-1a2b.js'],
}
const wanted = (path: string, { method = 'GET', mode = 'cors' as RequestMode, origin = ORIGIN } = {}) =>
  wantedBy({ method, mode, url: `${origin}${path}` }, BUILD, ORIGIN)

test('only the page and its files are answered for', () => {
  for (const path of ['/', '/?setup', '/index.html']) expect(wanted(path, { mode: 'navigate' })).toBe('page')
  for (const path of ['/assets/index-1a2b.js', '/assets/index-older.js', '/favicon.svg'])
    expect(wanted(path)).toBe('file')
})

test('nothing of the server’s interface, of another origin or by another method is', () => {
  for (const path of ['/api/session.read', '/api/blobs/1', '/metrics', '/healthz', '/sw.js', '/']) {
    expect(wanted(path)).toBeUndefined()
  }
  for (const path of ['/api/openapi.json', '/metrics', '/assets/index-1a2b.js'])
    expect(wanted(path, { mode: 'navigate' })).toBeUndefined()
  expect(wanted('/assets/index-1a2b.js', { method: 'POST' })).toBeUndefined()
  expect(wanted('/', { mode: 'navigate', origin: 'https://elsewhere.example.org' })).toBeUndefined()
})

test('of the builds before, the last one stays; what is not a shell is left alone', () => {
  const names = ['reforms-shell-one', 'other', 'reforms-shell-two', 'reforms-shell-three']
  expect(outdatedCaches(names, BUILD)).toEqual(['reforms-shell-one'])
  expect(outdatedCaches(['reforms-shell-three'], BUILD)).toEqual([])
})
