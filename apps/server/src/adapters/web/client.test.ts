import Fastify, { type FastifyInstance } from 'fastify'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveClient } from './client.ts'
import { addSecurityHeaders } from './security-headers.ts'

const HTML = { accept: 'text/html,application/xhtml+xml' }

const ENCODINGS = [
  ['br', brotliCompressSync],
  ['gz', gzipSync],
] as const

let folder: string
let server: FastifyInstance
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-client-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>the page')
  writeFileSync(join(folder, 'sw.js'), 'worker')
  writeFileSync(join(folder, '.stamp'), 'secret')
  writeFileSync(join(folder, 'assets', 'index-1a2b.js'), 'script')
  for (const path of ['index.html', 'assets/index-1a2b.js'])
    for (const [ending, compress] of ENCODINGS) {
      const file = join(folder, path)
      writeFileSync(`${file}.${ending}`, compress(readFileSync(file)))
    }
  server = Fastify()
  addSecurityHeaders(server, 'https://chat.example.org')
  await serveClient(server, folder)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers })

test('files with a hash in their name are kept for a year, the page never, the rest is asked for again', async () => {
  expect((await get('/assets/index-1a2b.js')).headers['cache-control']).toContain('immutable')
  expect((await get('/')).headers['cache-control']).toBe('no-store')
  expect((await get('/index.html')).headers['cache-control']).toBe('no-store')
  expect((await get('/sw.js')).headers['cache-control']).toBe('no-cache')
})

test('who takes compressed files gets them as they were built, with the same headers', async () => {
  const cases = [
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ] as const
  for (const [accepted, encoding, decompress] of cases) {
    for (const [url, words] of [
      ['/', '<!doctype html>the page'],
      ['/assets/index-1a2b.js', 'script'],
    ] as const) {
      const plain = await get(url)
      const answer = await get(url, { 'accept-encoding': accepted })
      expect(answer.headers['content-encoding']).toBe(encoding)
      expect(answer.headers.vary).toBe('accept-encoding')
      expect(decompress(answer.rawPayload).toString()).toBe(words)
      for (const name of ['content-type', 'cache-control', 'vary'])
        expect(answer.headers[name]).toBe(plain.headers[name])
    }
  }
})

test('a file that is not there compressed is sent as it is', async () => {
  const answer = await get('/sw.js', { 'accept-encoding': 'gzip, br' })
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(answer.headers.vary).toBe('accept-encoding')
  expect(answer.body).toBe('worker')
})

test('an address inside the client gives the page, but only to who asks for a page', async () => {
  expect((await get('/channels/1', HTML)).body).toContain('the page')
  expect((await get('/channels/1')).statusCode).toBe(404)
  expect((await get('/assets/gone.js', HTML)).statusCode).toBe(404)
  expect((await server.inject({ method: 'POST', url: '/channels/1', headers: HTML })).statusCode).toBe(404)
  expect((await server.inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200)
})

test('nothing outside the folder and no hidden file is sent', async () => {
  for (const url of [
    '/.stamp',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/assets/..%5c..%5cx',
  ]) {
    const answer = await get(url)
    expect(answer.statusCode).toBe(404)
    expect(answer.body).not.toMatch(/secret|root:/)
  }
})

test('every answer carries the policy, an error too', async () => {
  for (const url of ['/', '/assets/index-1a2b.js', '/nothing.js']) {
    const { headers } = await get(url)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d+$/)
  }
})

test('over plain http there is no promise of https', async () => {
  const plain = Fastify()
  addSecurityHeaders(plain, 'http://localhost:3000')
  await serveClient(plain, folder)
  expect((await plain.inject('/')).headers['strict-transport-security']).toBeUndefined()
  await plain.close()
})

test('a client that has not been built is said in words', async () => {
  const bare = Fastify()
  await serveClient(bare, join(folder, 'nowhere'))
  const answer = await bare.inject({ url: '/', headers: HTML })
  expect(answer.statusCode).toBe(503)
  expect(answer.body).toContain('npm run build')
  await bare.close()
})
