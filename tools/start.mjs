/**
 * `npm start`: builds what is missing, then is the server, in the foreground, with the arguments handed on
 * (`npm start -- admin setup-link`). `--demo` runs it on ./data-demo and fills it with a small organisation to look at.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { buildAll, root } from './build.mjs'

const server = join(root, 'apps/server/dist/reforms.js')
const demo = join(root, 'apps/terminal/dist/demo.js')
const READY_POLL_MS = 200

function address() {
  const scheme = process.env.REFORMS_TLS_CERT ? 'https' : 'http'
  return process.env.REFORMS_URL ?? `${scheme}://localhost:${process.env.REFORMS_PORT ?? 3000}`
}

async function ready() {
  for (;;) {
    const answer = await fetch(`${address()}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(READY_POLL_MS)
  }
}

/** The setup link, as the command line gives it; undefined once there is an administrator. */
async function setupLink() {
  const child = spawn(process.execPath, [server, 'admin', 'setup-link'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  return code === 0 ? /\S+\/#\/join\/\S+/.exec(said)?.[0] : undefined
}

async function fillDemo() {
  if (!existsSync(demo)) return
  await ready()
  const link = await setupLink()
  if (!link) return
  const env = { ...process.env, REFORMS_URL: address(), REFORMS_SETUP_LINK: link }
  const child = spawn(process.execPath, [demo], { stdio: 'inherit', env })
  process.once('exit', () => child.kill())
  await once(child, 'close')
}

async function main() {
  const given = process.argv.slice(2)
  const args = given.filter((argument) => argument !== '--demo')
  await buildAll()
  if (args.length < given.length) {
    process.env.REFORMS_DATA ??= join(root, 'data-demo')
    fillDemo().catch((error) => console.error('The demonstration could not be filled in.', error))
  }
  process.argv = [process.argv[0], server, ...args]
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(server).href)
}

await main()
