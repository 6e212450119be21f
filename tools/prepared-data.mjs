/**
 * A data folder as the server's first start leaves it, with its database made and its tables in it: tests begin from copies of
 * it, which saves each of them the making. For the suites' setup; what a first start does has tests of its own.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './build.mjs'

const READY = /Press Ctrl-C/
const START_LIMIT_MS = 120_000

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  await once(listener, 'close')
  return port
}

/** Returns when the server runs; throws what it printed when it does not come so far. */
async function untilItRuns(server) {
  let output = ''
  await new Promise((resolve, reject) => {
    const refuse = () => reject(new Error(`The server did not start:\n${output}`))
    const timer = setTimeout(refuse, START_LIMIT_MS)
    const keep = (text) => {
      output += text
      if (!READY.test(output)) return
      clearTimeout(timer)
      server.off('exit', refuse)
      resolve()
    }
    server.once('exit', refuse)
    for (const pipe of [server.stdout, server.stderr]) pipe.on('data', keep)
  })
}

/** The folder, and how to remove it. */
export async function prepareData() {
  const folder = mkdtempSync(join(tmpdir(), 'reforms-prepared-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const [port, metricsPort] = [await freePort(), await freePort()]
  const server = spawn(process.execPath, [join(root, 'apps/server/dist/reforms.js'), 'serve'], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      REFORMS_DATA: folder,
      REFORMS_PORT: `${port}`,
      REFORMS_METRICS_PORT: `${metricsPort}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    await untilItRuns(server)
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  } catch (problem) {
    server.kill('SIGKILL')
    remove()
    throw problem
  }
  return { folder, remove }
}
