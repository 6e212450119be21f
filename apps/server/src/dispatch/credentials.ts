/**
 * How a caller shows which session it speaks for: browsers by a cookie that scripts cannot read, programs by a bearer
 * token (SPEC.md, SES-2). HTTP and the gateway use it.
 */
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

/** The first of its name counts (RFC 6265, section 5.4: the one with the longest path comes first). */
function cookieValue(header: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${SESSION_COOKIE}=`))?.slice(SESSION_COOKIE.length + 1)
}

/** A bearer token goes before a cookie: a program that sends one means it. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | undefined {
  const { authorization, cookie } = headers
  if (authorization?.startsWith('Bearer ')) return credentials(authorization.slice(7), 'bearer')
  if (cookie === undefined) return undefined
  return credentials(cookieValue(cookie), 'cookie')
}

/** The Set-Cookie header that keeps the token, or takes it back. Tokens need no quoting. */
export function sessionCookie(token: string | undefined, publicUrl: string): string {
  const age = token === undefined ? 0 : COOKIE_MAX_AGE_S
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${age}`]
  if (publicUrl.startsWith('https:')) attributes.push('Secure')
  return [`${SESSION_COOKIE}=${token ?? ''}`, ...attributes].join('; ')
}
