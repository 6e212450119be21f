/**
 * `npm run bench -- NAME`: a measurement of bench/src, on what ships, which is built first. Without a name: which ones there
 * are. They are no tests: a machine that is busy gives other figures.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll, root } from './build.mjs'

const folder = join(root, 'bench/src')
const isMeasurement = (file) => readFileSync(join(folder, file), 'utf8').includes('`npm run bench -- ')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && isMeasurement(file))
  .map((file) => file.replace(/\.ts$/, ''))
const [name, ...parameters] = process.argv.slice(2)
if (!name || !names.includes(name)) {
  console.error(`Say which: npm run bench -- ${names.join(' | ')}`)
  process.exit(2)
}
await buildAll({ say: () => {} })
const typescript = new URL('typescript.mjs', import.meta.url).href
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--import', typescript, join(folder, `${name}.ts`), ...parameters],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
