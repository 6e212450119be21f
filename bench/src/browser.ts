/**
 * What a group and a thousand messages cost in a browser's worker, where our clients have them: headless Chromium, our own code as
 * it is bundled for the web. `npm run bench -- browser`.
 */
import { CHROMIUM_FLAGS, chromiumPath } from '@reforms/testkit'
import { build } from 'esbuild'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { describeMachine, printMeasured } from './figures.ts'
import type { Committers, Measured } from './group-work.ts'

const SIZES = (process.env['BENCH_LEAVES'] ?? '10,100,1000').split(',').map(Number)
const TIMES = Number(process.env['BENCH_TIMES'] ?? 10)

const bundle = await build({
  entryPoints: [new URL('browser-worker.ts', import.meta.url).pathname],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
})
const script = bundle.outputFiles[0]?.text ?? ''
const server = createServer(({ url }, answer) => {
  const isScript = url === '/worker.js'
  answer
    .setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    .end(isScript ? script : '<!doctype html>')
})
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
const { port } = server.address() as AddressInfo
const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS })
try {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${port}/`)
  const measure = (leaves: number, committers: Committers = 'one'): Promise<Measured> =>
    page.evaluate(
      (wanted) =>
        new Promise<Measured>((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' })
          worker.onmessage = ({ data }: MessageEvent<Measured>) => resolve(data)
          worker.onerror = ({ message }) => reject(new Error(message))
          worker.postMessage(wanted)
        }),
      { leaves, rounds: TIMES, committers },
    )
  process.stdout.write(`${describeMachine()}, Chromium ${browser.version()}\n`)
  printMeasured('messages', await measure(0))
  for (const size of SIZES) {
    printMeasured(`${size} leaves`, await measure(size))
    printMeasured(`${size} leaves, all have committed`, await measure(size, 'all'))
  }
} finally {
  await browser.close()
  server.close()
}
