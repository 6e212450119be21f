/**
 * How a caller shows which session it speaks for: browsers by a cookie that scripts cannot read, programs by a bearer
 * token (SPEC.md, SES-2). HTTP and the gateway use it.
 */
import fastifyCookie from '@fastify/cookie'
import type { IncomingHttpHeaders } from 'node:http'

export const SESSION_COOKIE = 'reforms_session'
/** The longest that browsers keep a cookie. When a session ends is for the server to say, not for the cookie. */
const COOKIE_MAX_AGE_S = 400 * 24 * 60 * 60
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export interface Credentials {
  readonly token: string
  readonly source: 'cookie' | 'bearer'
}

function credentials(token: string | undefined, source: Credentials['source']): Credentials | undefined {
  return token !== undefined && TOKEN.test(token) ? { token, source } : undefined
}

/** A bearer token goes before a cookie: a program that sends one means it. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | undefined {
  const { authorization, cookie } = headers
  if (authorization?.startsWith('Bearer ')) return credentials(authorization.slice(7), 'bearer')
  if (cookie === undefined) return undefined
  return credentials(fastifyCookie.parse(cookie)[SESSION_COOKIE], 'cookie')
}

/** The Set-Cookie header that keeps the token, or takes it back. */
export function sessionCookie(token: string | undefined, publicUrl: string): string {
  return fastifyCookie.serialize(SESSION_COOKIE, token ?? '', {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl.startsWith('https:'),
    maxAge: token === undefined ? 0 : COOKIE_MAX_AGE_S,
  })
}
