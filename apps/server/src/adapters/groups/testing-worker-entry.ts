/** The worker's program, made from the sources as they are; the built server has it beside itself. For tests only. */
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('./group-worker.ts', import.meta.url))

async function bundle(): Promise<URL> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  return new URL(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`)
}

let entry: Promise<URL> | undefined

/** Once a process. */
export function testWorkerEntry(): Promise<URL> {
  return (entry ??= bundle())
}
