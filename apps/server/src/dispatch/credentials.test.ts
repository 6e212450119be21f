import { describe, expect, test } from 'vitest'
import { credentialsOf, sessionCookie } from './credentials.ts'
import { demandOwnOrigin } from './origin.ts'

const token = 'a_-9'.repeat(11).slice(0, 43)
const other = 'b_-9'.repeat(11).slice(0, 43)

describe('SES-2: who a request speaks for', () => {
  test('a program says by a bearer token, which goes before a cookie', () => {
    const bearer = { authorization: `Bearer ${token}` }
    expect(credentialsOf(bearer)).toEqual({ token, source: 'bearer' })
    expect(credentialsOf({ ...bearer, cookie: `reforms_session=${other}` })).toEqual({
      token,
      source: 'bearer',
    })
  })

  test('a browser says by the first cookie of the name, whatever else there is', () => {
    const mine = { token, source: 'cookie' }
    expect(credentialsOf({ cookie: `reforms_session=${token}` })).toEqual(mine)
    expect(credentialsOf({ cookie: `a=1;  reforms_session=${token} ; b=2` })).toEqual(mine)
    const two = `reforms_session=${token}; reforms_session=${other}`
    expect(credentialsOf({ cookie: two })).toEqual(mine)
    expect(credentialsOf({ cookie: `xreforms_session=${other}; reforms_session=${token}` })).toEqual(mine)
    expect(credentialsOf({ cookie: `reforms_session2=${other}` })).toBeUndefined()
  })

  test('nobody says by anything else', () => {
    expect(credentialsOf({})).toBeUndefined()
    expect(credentialsOf({ authorization: `Basic ${token}` })).toBeUndefined()
    expect(credentialsOf({ cookie: 'reforms_session=' })).toBeUndefined()
    for (const wrong of [token.slice(1), `${token}a`, ` ${token}`, `${token}\n`, token.replace('9', '+')])
      for (const headers of [
        { authorization: `Bearer ${wrong}` },
        { cookie: `x=1; reforms_session="${wrong}"` },
      ])
        expect(credentialsOf(headers), JSON.stringify(headers)).toBeUndefined()
  })

  test('a bearer token that is none is not made good by a cookie', () => {
    expect(credentialsOf({ authorization: 'Bearer x', cookie: `reforms_session=${token}` })).toBeUndefined()
  })
})

test('SES-2: the cookie is for the whole site, no script and no other site, and for https where there is https', () => {
  const cookie = sessionCookie(token, 'https://reforms.test')
  expect(cookie.split('; ')).toEqual([
    `reforms_session=${token}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${400 * 24 * 60 * 60}`,
    'Secure',
  ])
  expect(sessionCookie(token, 'http://reforms.test')).not.toContain('Secure')
  expect(sessionCookie(undefined, 'https://reforms.test')).toMatch(
    /^reforms_session=; .*; Max-Age=0; Secure$/,
  )
})

describe('SES-7: a request comes from the server’s own pages', () => {
  const publicUrl = 'https://reforms.test:8443/chat'
  const isOwn = (headers: Parameters<typeof demandOwnOrigin>[0]) => {
    try {
      demandOwnOrigin(headers, publicUrl)
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'wrong-origin', detail: { expected: 'https://reforms.test:8443' } })
      return false
    }
  }

  test('when its origin is the server’s, to the port, or when the browser says so', () => {
    expect(isOwn({ origin: 'https://reforms.test:8443' })).toBe(true)
    expect(isOwn({ 'sec-fetch-site': 'same-origin' })).toBe(true)
  })

  test('and not otherwise', () => {
    for (const origin of ['https://reforms.test', 'http://reforms.test:8443', 'null', '', publicUrl])
      expect(isOwn({ origin }), origin).toBe(false)
    for (const site of ['same-site', 'cross-site', 'none'])
      expect(isOwn({ 'sec-fetch-site': site })).toBe(false)
    expect(isOwn({})).toBe(false)
  })
})
