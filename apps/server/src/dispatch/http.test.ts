import { decodeCbor, encodeCbor, ERRORS } from '@reforms/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../app.ts'
import {
  newId,
  PASSWORD,
  PUBLIC_URL,
  startTestServer,
  tokenOf,
  type TestPerson,
  type TestServer,
} from '../testing.ts'

let server: TestServer
let ada: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
})
afterAll(() => server.stop())

const inject: TestServer['app']['fastify']['inject'] = ((options: never) =>
  server.app.fastify.inject(options)) as never

const signIn = { userName: 'ada', password: PASSWORD, client: 'browser' }
const post = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
  inject({ method: 'POST', url, payload: payload as object, headers })

async function cookie(): Promise<string> {
  const response = await post('/api/sessions', signIn, { origin: PUBLIC_URL })
  return String(response.headers['set-cookie']).split(';')[0]!
}

describe('encodings', () => {
  test('OP-5: JSON carries bytes as unpadded base64url, CBOR as bytes, and both are the same', async () => {
    const headers = { authorization: `Bearer ${ada.token}` }
    const json = await inject({ url: '/api/session', headers })
    const cbor = await inject({ url: '/api/session', headers: { ...headers, accept: 'application/cbor' } })
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(cbor.headers['content-type']).toBe('application/cbor')
    const fromCbor = decodeCbor(new Uint8Array(cbor.rawPayload)) as { challenge: Uint8Array }
    const fromJson = json.json<{ challenge: string }>()
    expect(Buffer.from(fromCbor.challenge).toString('base64url')).toBe(fromJson.challenge)
    expect({ ...fromCbor, challenge: '' }).toEqual({ ...fromJson, challenge: '' })
  })

  test('ENC-3: base64url that is padded or not the one spelling is refused', async () => {
    const headers = { authorization: `Bearer ${ada.token}` }
    const good = Buffer.alloc(64, 7).toString('base64url')
    for (const signature of [`${good}==`, `${good.slice(0, -1)}x`, good.replace('B', '+')]) {
      const input = { deviceId: newId(), signature }
      expect((await post('/api/session/bind', input, headers)).json()).toMatchObject({
        code: 'invalid-input',
        detail: { path: '/signature' },
      })
    }
    const right = await post('/api/session/bind', { deviceId: newId(), signature: good }, headers)
    expect(right.json()).toMatchObject({ code: 'forbidden' })
  })

  test('ERR-3: what is not JSON or CBOR is a typed error', async () => {
    const cases: [string, string | Buffer, string][] = [
      ['application/json', '{"userName":', 'invalid-input'],
      ['application/json', '[]', 'invalid-input'],
      ['application/json', 'null', 'invalid-input'],
      ['application/json', '{"__proto__":{"client":"program"}}', 'invalid-input'],
      ['application/cbor', Buffer.from([0xbf, 0xff]), 'invalid-input'],
      ['application/cbor', Buffer.alloc(2000, 0x81), 'invalid-input'],
      ['application/cbor', Buffer.from(encodeCbor(7)), 'invalid-input'],
      ['text/plain', '{}', 'unsupported-media-type'],
      ['multipart/form-data; boundary=x', 'x', 'unsupported-media-type'],
    ]
    for (const [type, payload, code] of cases) {
      const response = await inject({
        method: 'POST',
        url: '/api/sessions',
        payload,
        headers: { 'content-type': type },
      })
      expect(response.json(), `${type} ${String(payload).slice(0, 20)}`).toMatchObject({ code })
      expect(response.statusCode).toBe(ERRORS[code as keyof typeof ERRORS].status)
    }
  })

  test('numbers and lists in a query are read as such; what is not a number is refused', async () => {
    const headers = { authorization: `Bearer ${ada.token}` }
    const read = (query: string) => inject({ url: `/api/admin/audit?${query}`, headers })
    expect((await read('limit=1')).json<{ records: unknown[] }>().records).toHaveLength(1)
    for (const query of [
      'limit=one',
      'limit=',
      'limit=1.5',
      'limit=1&limit=2',
      'limit=99999999999999999999',
      '',
    ]) {
      expect((await read(query)).json(), query).toMatchObject({ code: 'invalid-input' })
    }
  })
})

describe('answers', () => {
  test('OP-6: nothing of a signed-in caller is kept by a cache', async () => {
    for (const url of ['/api/session', '/api/session?unknown=1', '/api/nothing', '/api/server']) {
      const response = await inject({ url, headers: { authorization: `Bearer ${ada.token}` } })
      expect(response.headers['cache-control'], url).toBe('no-store')
    }
  })

  test('OP-1: an unknown operation is told as such, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const response = await inject({ method, url: '/api/no/such/thing' })
      expect(response.statusCode).toBe(404)
      expect(response.json()).toMatchObject({ code: 'unknown-operation' })
    }
    expect((await inject({ url: '/api/%zz' })).json()).toMatchObject({ code: 'invalid-input' })
    expect((await inject({ method: 'PUT', url: '/api/presence' })).json()).toMatchObject({
      code: 'unknown-operation',
    })
  })

  test('OP-8: the OpenAPI document is served', async () => {
    const response = await inject({ url: '/api/openapi.json' })
    expect(response.json()).toMatchObject({ openapi: '3.1.0', paths: { '/api/sessions': {} } })
  })

  test('LIM-1: a body that is larger than an operation can need is not read', async () => {
    const huge = { ...signIn, label: 'x'.repeat(100_000) }
    expect(await post('/api/sessions', huge)).toMatchObject({ statusCode: 413 })
    expect((await post('/api/sessions', huge)).json()).toMatchObject({ code: 'too-large' })
  })

  test('a stranger’s body is not even looked at', async () => {
    const response = await post('/api/channels', 'this is not JSON', { 'content-type': 'application/json' })
    expect(response.json()).toMatchObject({ code: 'not-signed-in' })
  })

  test('ERR-4: what the server does wrong is told by an id, without its insides', async () => {
    const broken = await createApp({
      sql: server.sql,
      log: server.app.services.log,
      publicUrl: PUBLIC_URL,
      blobFolder: '/nowhere',
      policy: { version: 'test' },
      clock: () => {
        throw new Error('the secret of the clock')
      },
    })
    const response = await broken.fastify.inject({ url: '/api/server' })
    expect(response.statusCode).toBe(500)
    expect(response.json()).toEqual({
      code: 'internal',
      message: ERRORS.internal.message,
      detail: { errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    })
    await broken.drain()
  })
})

describe('browsers', () => {
  test('SES-2: get the token in a cookie that scripts and other sites cannot use, and not in the answer', async () => {
    const response = await post('/api/sessions', signIn, { origin: PUBLIC_URL })
    expect(response.headers['set-cookie']).toMatch(
      /^reforms_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
    expect(response.json()).not.toHaveProperty('token')
    const session = await inject({ url: '/api/session', headers: { cookie: await cookie() } })
    expect(session.json()).toMatchObject({ userName: 'ada' })
  })

  test('SES-7: a change that another site asks for is refused, whatever cookie comes with it', async () => {
    const own = await cookie()
    const close = (headers: Record<string, string>) =>
      inject({ method: 'DELETE', url: '/api/session', headers })
    const foreign: Record<string, string>[] = [
      { cookie: own },
      { cookie: own, origin: 'https://evil.test' },
      { cookie: own, origin: 'null' },
      { cookie: own, origin: `${PUBLIC_URL}.evil.test` },
      { cookie: own, 'sec-fetch-site': 'cross-site' },
      { cookie: own, 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of foreign) {
      expect((await close(headers)).json(), JSON.stringify(headers)).toMatchObject({ code: 'wrong-origin' })
    }
    const signInFromElsewhere = await post('/api/sessions', signIn, { origin: 'https://evil.test' })
    expect(signInFromElsewhere.json()).toMatchObject({ code: 'wrong-origin' })
    expect((await close({ cookie: own, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200)
  })

  test('signing out takes the cookie back', async () => {
    const headers = { cookie: await cookie(), origin: PUBLIC_URL }
    const response = await inject({ method: 'DELETE', url: '/api/session', headers })
    expect(response.headers['set-cookie']).toMatch(/^reforms_session=; .*Max-Age=0$/)
    expect((await inject({ url: '/api/session', headers })).json()).toMatchObject({ code: 'not-signed-in' })
  })

  test('over https the cookie is for https only', async () => {
    const { url } = await server.call(
      'invitation.create',
      { role: 'member', uses: 1, expiresInHours: 1, note: '' },
      ada,
    )
    const secure = await startTestServer({ publicUrl: 'https://reforms.test', sql: server.sql })
    const response = await secure.app.fastify.inject({
      method: 'POST',
      url: '/api/sessions',
      payload: signIn,
      headers: { origin: 'https://reforms.test' },
    })
    expect(response.headers['set-cookie']).toMatch(/; Secure$/)
    expect(tokenOf(url)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    await secure.stop()
  })
})

describe('floods', () => {
  test('LIM-2: a caller beyond its rate is told when to come back; others are served', async () => {
    const rate = { perSecond: 1, burst: 3 }
    const plenty = { perSecond: 1000, burst: 1000 }
    const limited = await startTestServer({
      sql: server.sql,
      rates: { address: plenty, openAddress: plenty, session: rate, append: plenty },
    })
    limited.clock.now = server.clock.now
    for (let i = 0; i < 3; i += 1) expect(await limited.codeOf('session.read', {}, ada)).toBe('done')
    const refused = await limited.send('session.read', {}, ada)
    expect(refused).toMatchObject({
      status: 429,
      error: { code: 'rate-limited', detail: { retryAfterMs: 1000 } },
    })
    expect(refused.headers['retry-after']).toBe('1')
    expect(await limited.codeOf('server.read', {})).toBe('done')
    limited.clock.now += 1000
    expect(await limited.codeOf('session.read', {}, ada)).toBe('done')
    await limited.stop()
  })
})

describe('a server that is not all there', () => {
  test('says that the database is away, and that it is about to restart', async () => {
    const lost = await startTestServer()
    await lost.sql.end()
    const answer = await lost.send('server.read', {})
    expect(answer).toMatchObject({ status: 503, error: { code: 'unavailable' } })
    const drained = lost.app.drain()
    expect(await lost.codeOf('server.read', {})).toBe('shutting-down')
    await drained
    await lost.stop()
  })
})
