/**
 * Serves the built web client: files whose names carry a hash stay in caches for a year, the page itself never does. A
 * path that is no file and not below /api gives the page, which reads the address itself. Files go out as the build has
 * compressed them (tools/compress.mjs). Nothing else is ever compressed: an answer with a secret and somebody else's words in it
 * would tell the secret by its length.
 */
import fastifyStatic from '@fastify/static'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** From src/adapters/web/ and, built, from dist/: the first that exists. */
const CLIENT_FOLDERS = ['../../../../web/dist', '../../web/dist'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

const HASHED_FOLDER = '/assets/'
/** Of the page's service worker. */
const STREAM_FOLDER = '/file-stream/'
const COMPRESSED = /\.(br|gz)$/
const IMMUTABLE = 'public, max-age=31536000, immutable'

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Reforms Messenger</title>
<h1>The web client has not been built</h1>
<p>The server runs, but there is no page to show yet. On the server, run <code>npm run build</code> and load this page
again.</p></html>`

export function clientFolder(): string | undefined {
  return CLIENT_FOLDERS.find((folder) => existsSync(`${folder}/index.html`))
}

/** `given` is the built client's folder; where it is not built, a page says what to do. */
export async function serveClient(fastify: FastifyInstance, given = clientFolder()): Promise<void> {
  const folder = given !== undefined && existsSync(`${given}/index.html`) ? given : undefined
  if (folder !== undefined) {
    await fastify.register(fastifyStatic, {
      root: folder,
      index: false,
      dotfiles: 'ignore',
      cacheControl: false,
      preCompressed: true,
      globIgnore: ['**/.*'],
      setHeaders: (reply, path) =>
        void reply.header('cache-control', cacheControl(path.slice(folder.length).replace(COMPRESSED, ''))),
    })
  }
  const page = (reply: FastifyReply) => sendPage(reply, folder)
  for (const url of ['/', '/index.html'])
    fastify.route({ method: ['GET', 'HEAD'], url, handler: (_request, reply) => page(reply) })
  fastify.setErrorHandler((error, request, reply) => sendFault(error, request, reply))
  fastify.setNotFoundHandler((request, reply) => (wantsPage(request) ? page(reply) : sendNotFound(reply)))
}

function cacheControl(path: string): string {
  if (path.startsWith(HASHED_FOLDER)) return IMMUTABLE
  return path === '/index.html' ? 'no-store' : 'no-cache'
}

function sendPage(reply: FastifyReply, folder: string | undefined): FastifyReply {
  if (folder === undefined)
    return reply.code(503).type('text/html').header('cache-control', 'no-store').send(NOT_BUILT)
  return reply.sendFile('index.html', folder)
}

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? ''
  // What the page's service worker answers is no page either, while an older one is in charge.
  const isFile =
    path.startsWith(HASHED_FOLDER) || path.startsWith(STREAM_FOLDER) || /\.[a-z0-9]+$/i.test(path)
  return method === 'GET' && !isFile && (headers.accept ?? '').includes('text/html')
}

function sendNotFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send('There is nothing here.\n')
}

/** Outside /api, which has its own. Says nothing of what went wrong. */
function sendFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode = 500 } = error as { statusCode?: number }
  if (statusCode < 500) return sendNotFound(reply)
  request.log.error({ err: error }, 'a page could not be sent')
  return reply.code(500).type('text/plain').send('Something went wrong on the server.\n')
}
