/** Builds the hosts' page as the web client is built, and serves it under the server's Content Security Policy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

export interface HostsServer {
  readonly url: string
  close(): Promise<void>
}

export async function serveHosts(): Promise<HostsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'reforms-hosts-'))
  await buildPage(folder)
  const policy = contentSecurityPolicy()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(folder, path === '/' ? 'index.html' : path)
    readFile(file).then(
      (content) => {
        const type = TYPES[extname(file)] ?? 'application/octet-stream'
        response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(content)
      },
      () => response.writeHead(404).end(),
    )
  })
  await listening(server)
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

async function buildPage(folder: string): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const config = join(ROOT, 'apps/web/hosts/vite.config.ts')
  const build = spawn(process.execPath, [vite, 'build', '--config', config, '--outDir', folder], {
    stdio: 'pipe',
  })
  let said = ''
  for (const stream of [build.stdout, build.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  const [status] = (await once(build, 'close')) as [number]
  if (status !== 0) throw new Error(`the hosts' page cannot be built:\n${said}`)
}

/** As the server's source has it: stories under another policy would prove nothing. */
function contentSecurityPolicy(): string {
  const source = readFileSync(join(ROOT, 'apps/server/src/adapters/web/security-headers.ts'), 'utf8')
  const directives = /CONTENT_SECURITY_POLICY = \[(.*?)\]/s.exec(source)?.[1] ?? ''
  const names = [.../TRUSTED_TYPES = \[(.*?)\]/s.exec(source)![1]!.matchAll(/'([^']+)'/g)].map(
    ([, name]) => name,
  )
  const policy = [...directives.matchAll(/"([^"]+)"/g)].map(([, directive]) => directive)
  if (policy.length < 5) throw new Error("the server's Content Security Policy was not found")
  return [...policy, `trusted-types ${names.join(' ')}`].join('; ')
}

async function listening(server: Server): Promise<void> {
  server.listen(0, 'localhost')
  await once(server, 'listening')
}
