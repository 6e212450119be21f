/** Lets Node 20 run our TypeScript as it stands: `node --import ./tools/typescript.mjs FILE.ts`. For measurements and long runs. */
import { register } from 'node:module'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/** A hook of Node's module loader; it runs in the loader's own thread. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const { transform } = await import('esbuild')
  const file = fileURLToPath(url)
  const source = await readFile(file, 'utf8')
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node20.19',
    sourcefile: file,
    sourcemap: 'inline',
  })
  return { format: 'module', source: code, shortCircuit: true }
}

if (isMainThread) register(import.meta.url)
