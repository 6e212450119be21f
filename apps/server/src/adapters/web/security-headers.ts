/**
 * The headers that every answer carries. The Content Security Policy lets the page run nothing but its own files and
 * talk to nobody but this server (SECURITY.md).
 */
import type { FastifyInstance } from 'fastify'

/** The web client's Trusted Types policies, by the names that it makes them under. */
const TRUSTED_TYPES = ['reforms-script-url']

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPES.join(' ')}`,
].join('; ')

const PERMISSIONS_POLICY = [
  'camera=(self)',
  'microphone=(self)',
  'display-capture=(self)',
  'clipboard-read=(self)',
  'clipboard-write=(self)',
  'fullscreen=(self)',
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  'geolocation=()',
  'payment=()',
  'usb=()',
  'serial=()',
  'hid=()',
  'browsing-topics=()',
].join(', ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'permissions-policy': PERMISSIONS_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const TWO_YEARS_S = 2 * 365 * 24 * 60 * 60

/** Before any route is added. `publicUrl` tells whether people come by https, here or at a proxy before this server. */
export function addSecurityHeaders(fastify: FastifyInstance, publicUrl: string): void {
  const strict = publicUrl.startsWith('https:')
    ? { 'strict-transport-security': `max-age=${TWO_YEARS_S}` }
    : {}
  fastify.addHook('onRequest', async (_request, reply) => void reply.headers({ ...HEADERS, ...strict }))
}
