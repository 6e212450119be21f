/** A server that serves TLS by itself: what an organisation runs without a proxy. SPEC.md, SES-2, SES-7. */
import { openFileDatabase } from '@reforms/client/node'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ask,
  shownCertificate,
  startServer,
  TestPerson,
  TESTING_PASSWORD,
  type CommandResult,
  type TestServer,
} from '../src/index.ts'

const CHAT = fileURLToPath(new URL('../../../apps/terminal/dist/main.js', import.meta.url))
const SERVER = fileURLToPath(new URL('../../../apps/server/dist/reforms.js', import.meta.url))
const CHANGE_MS = 5000
const CHAT_MS = 30_000
/** Several times what a message takes. */
const SILENCE_MS = 6000
const OPENSSL = spawnSync('openssl', ['version']).status === 0

let folder: string
let profile: string
let server: TestServer
let token: string
let cert: string
let key: string
const certificate = () => readFileSync(cert, 'utf8')

/** A certificate for localhost that signs itself; gives its files. */
function makeCertificate(name: string): { cert: string; key: string } {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2']
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', files.key]
  execFileSync('openssl', ['req', '-x509', ...newKey, ...subject, '-out', files.cert], { stdio: 'ignore' })
  return files
}

/** Somebody who has registered and a channel; then the same server by TLS. */
beforeAll(async () => {
  if (!OPENSSL) return
  folder = mkdtempSync(join(tmpdir(), 'reforms-tls-'))
  ;({ cert, key } = makeCertificate('first'))
  profile = join(folder, 'ana.db')
  const dataFolder = join(folder, 'data')
  server = await startServer({ dataFolder })
  const database = openFileDatabase(profile)
  const ana = await TestPerson.register({ serverUrl: server.url, database }, server.setupLink, 'Ana')
  await ana.createChannel('Secure')
  await ana.leave()
  token = database.all('SELECT token FROM program_session')[0]?.['token'] as string
  database.close()
  await server.stop()
  server = await startServer({ dataFolder, tls: { cert, key } })
})
afterAll(async () => {
  await server?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/** Types lines into `reforms-chat` until it shows what is waited for; gives all that it showed, or rejects with it. */
function chat(lines: readonly string[], shows: RegExp, trusted: string, withinMs = CHAT_MS): Promise<string> {
  const child = spawn(process.execPath, [CHAT, server.url, profile], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
  })
  let output = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill(), withinMs)
    const hear = (text: Buffer) => {
      output += text.toString()
      if (shows.test(output)) child.stdin.end('/quit\n')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('close', () => {
      clearTimeout(timer)
      if (shows.test(output)) resolve(output)
      else reject(new Error(`reforms-chat did not show ${shows}, but: ${output}`))
    })
    child.stdin.write(lines.map((line) => `${line}\n`).join(''))
  })
}

/** Asks for the gateway as a browser does, with the cookie of a session that is bound to a device. */
function upgrade(origin: string) {
  return ask(`${server.url}/api/gateway`, certificate(), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
      'sec-websocket-protocol': 'reforms.v1',
      cookie: `reforms_session=${token}`,
      origin,
    },
  })
}

function signIn(origin: string) {
  const body = { userName: 'ana', password: TESTING_PASSWORD, client: 'browser' }
  return ask(`${server.url}/api/sessions`, certificate(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
}

/** A start that ends by itself. */
function failingStart(env: Record<string, string>): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SERVER, 'serve'], {
    env: { PATH: process.env['PATH'], REFORMS_DATA: join(folder, 'unused'), ...env },
    encoding: 'utf8',
    timeout: CHAT_MS,
  })
  return { code: status, output: `${stdout}${stderr}` }
}

async function untilShown(file: string): Promise<void> {
  const { fingerprint256 } = new X509Certificate(readFileSync(file))
  await expect
    .poll(async () => (await shownCertificate(server.url)).fingerprint256, { timeout: CHANGE_MS })
    .toBe(fingerprint256)
}

describe.skipIf(!OPENSSL)('with REFORMS_TLS_CERT and REFORMS_TLS_KEY (needs openssl)', () => {
  it('serves https, prints the https address, and tells browsers to stay with it', async () => {
    expect(server.output()).toContain(`Open       ${server.url}\n`)
    expect(server.url).toMatch(/^https:/)
    const page = await ask(server.url, certificate())
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(
      Number(/^max-age=(\d+)/.exec(page.headers['strict-transport-security'] ?? '')?.[1]),
    ).toBeGreaterThan(31_536_000)
    await expect(fetch(server.url.replace('https:', 'http:'))).rejects.toThrow()
    await expect(ask(server.url, readFileSync(makeCertificate('stranger').cert, 'utf8'))).rejects.toThrow(
      /certificate/,
    )
  })

  it('SES-2: the session cookie is Secure, HttpOnly and SameSite', async () => {
    const { status, headers } = await signIn(server.url)
    expect(status).toBe(200)
    expect(headers['set-cookie']).toHaveLength(1)
    const attributes = headers['set-cookie']?.[0]?.split('; ').slice(1)
    expect(attributes).toEqual(expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']))
  })

  it('SES-7: the WebSocket opens for pages of this server, and for no other page', async () => {
    expect(await upgrade(server.url)).toMatchObject({
      status: 101,
      headers: { 'sec-websocket-protocol': 'reforms.v1' },
    })
    for (const origin of ['https://evil.example', server.url.replace('https:', 'http:'), 'null']) {
      const refused = await upgrade(origin)
      expect([origin, refused.status, JSON.parse(refused.body).code]).toEqual([origin, 403, 'wrong-origin'])
    }
    expect((await signIn('https://evil.example')).status).toBe(403)
  })

  it('a program talks over wss, and does not with a server whose certificate it does not know', async () => {
    const said = await chat(['/open Secure', 'Said over TLS'], /\d\d:\d\d Ana: Said over TLS/, cert)
    expect(said).toContain('Signed in.')
    const { cert: other } = makeCertificate('other')
    const unheard = chat(['/open Secure', 'Said to nobody'], /Ana: Said to nobody/, other, SILENCE_MS)
    await expect(unheard).rejects.toThrow('Signed in.')
  })

  it('SIGHUP takes a renewed certificate without a restart, and keeps the one before where the new one is broken', async () => {
    await untilShown(cert)
    const pid = server.pid()
    const renewed = makeCertificate('renewed')
    // Half a renewal: the key does not fit.
    copyFileSync(renewed.key, key)
    process.kill(pid, 'SIGHUP')
    await expect.poll(() => server.output(), { timeout: CHANGE_MS }).toContain('could not be read again')
    await untilShown(cert)
    copyFileSync(renewed.cert, cert)
    process.kill(pid, 'SIGHUP')
    await untilShown(renewed.cert)
    expect(server.pid()).toBe(pid)
    expect((await ask(`${server.url}/healthz`, certificate())).status).toBe(200)
  })

  it('a key that does not fit, half of the two, and a missing file stop the start and are named', () => {
    const [one, two] = [makeCertificate('one'), makeCertificate('two')]
    const wrongKey = failingStart({ REFORMS_TLS_CERT: one.cert, REFORMS_TLS_KEY: two.key })
    expect(wrongKey).toMatchObject({ code: 2, output: expect.stringContaining(two.key) })
    expect(wrongKey.output).toMatch(/REFORMS_TLS_CERT is .*REFORMS_TLS_KEY is .*mismatch/)
    const half = failingStart({ REFORMS_TLS_CERT: one.cert })
    expect(half).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^REFORMS_TLS_KEY is not set; it should be/),
    })
    const missing = failingStart({ REFORMS_TLS_CERT: one.cert, REFORMS_TLS_KEY: join(folder, 'nowhere.key') })
    expect(missing).toMatchObject({
      code: 2,
      output: expect.stringMatching(
        /^REFORMS_TLS_KEY is ".*nowhere\.key", .*\(ENOENT\); it should be a readable file/,
      ),
    })
  })
})
