/** Positive controls: each layer rule refuses a file that breaks it, and lets a tree that keeps them pass. */
import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

/** A small tree of the same shape as this repository, in which nothing is forbidden. */
const SOUND = {
  'tsconfig.base.json': '{}',
  'packages/protocol/src/index.ts': 'export const a = 1',
  'packages/crypto/src/index.ts': "import '../../protocol/src/index.ts'\nexport const secret = 1",
  'packages/crypto/src/public.ts': 'export const check = 1',
  'packages/client/src/index.ts': "import '../../crypto/src/index.ts'\nexport {}",
  'packages/client/src/adapters/socket.ts': 'export {}',
  'packages/client/src/node/index.ts':
    "import 'node:fs'\nimport '../adapters/socket.ts'\nimport '../index.ts'\nexport {}",
  'packages/testkit/src/index.ts': "import 'node:fs'\nimport '../../client/src/index.ts'\nexport {}",
  'apps/server/src/main.ts': "import './features/log/index.ts'\nimport './adapters/store.ts'",
  'apps/server/src/adapters/store.ts': 'export {}',
  'apps/server/src/features/log/index.ts': "import '../../../../../packages/crypto/src/public.ts'\nexport {}",
  'apps/server/src/features/log/append.ts': "import '../channel/index.ts'\nimport '../channel/roster.ts'",
  'apps/server/src/features/channel/index.ts': 'export {}',
  'apps/server/src/features/channel/roster.ts': 'export {}',
  'apps/server/src/features/channel/inside.ts': 'export {}',
  'apps/web/src/main.ts': "import '../../../packages/client/src/index.ts'",
  'apps/terminal/src/main.ts': "import '../../../packages/client/src/node/index.ts'",
  'e2e/story.test.ts': "import '../packages/testkit/src/index.ts'",
  'packages/crypto/src/mls/suite.ts': 'export const suite = 1',
  'interop/src/story.test.ts': "import '../../packages/crypto/src/mls/suite.ts'",
}

const BREAKS = [
  ['no-cycle', 'packages/protocol/src/x.ts', './y.ts', { 'packages/protocol/src/y.ts': "import './x.ts'" }],
  ['resolvable', 'apps/web/src/x.ts', './nowhere.ts'],
  ['declared-dependency', 'apps/web/src/x.ts', 'stray', { 'node_modules/stray/index.js': '' }],
  ['protocol-imports-nothing-of-ours', 'packages/protocol/src/x.ts', '../../crypto/src/public.ts'],
  ['crypto-imports-protocol-only', 'packages/crypto/src/x.ts', '../../client/src/index.ts'],
  ['client-imports-crypto-and-protocol-only', 'packages/client/src/x.ts', '../../testkit/src/index.ts'],
  ['testkit-imports-libraries-only', 'packages/testkit/src/x.ts', '../../../apps/server/src/main.ts'],
  [
    'server-imports-protocol-and-public-crypto-only',
    'apps/server/src/x.ts',
    '../../../packages/client/src/index.ts',
  ],
  ['server-cannot-decrypt', 'apps/server/src/x.ts', '../../../packages/crypto/src/index.ts'],
  ['server-cannot-decrypt', 'apps/server/src/x.ts', '@reforms/crypto'],
  ['web-imports-client-and-protocol-only', 'apps/web/src/x.ts', '../../../packages/crypto/src/public.ts'],
  ['terminal-imports-client-and-protocol-only', 'apps/terminal/src/x.ts', '../../server/src/main.ts'],
  ['bots-import-client-only', 'apps/bots/echo/x.ts', '../../../packages/crypto/src/index.ts'],
  ['e2e-drives-what-ships', 'e2e/x.test.ts', '../apps/server/src/main.ts'],
  ['interop-imports-crypto-only', 'interop/src/x.ts', '../../packages/testkit/src/index.ts'],
  ['suite-for-interop-only', 'packages/client/src/x.ts', '../../crypto/src/mls/suite.ts'],
  ['programs-are-not-imported', 'packages/client/src/x.ts', '../../../apps/web/src/main.ts'],
  ['testkit-in-tests-only', 'apps/terminal/src/x.ts', '../../../packages/testkit/src/index.ts'],
  ['sans-io', 'packages/crypto/src/x.ts', 'node:crypto'],
  ['engine-knows-ports-only', 'packages/client/src/x.ts', './node/index.ts'],
  ['engine-knows-ports-only', 'packages/client/src/engine/x.ts', '../adapters/socket.ts'],
  ['engine-runs-anywhere', 'packages/client/src/x.ts', 'ws', { 'node_modules/ws/index.js': '' }],
  ['engine-without-node-builtins', 'packages/client/src/engine/x.ts', 'node:fs'],
  ['features-keep-their-insides', 'apps/server/src/features/log/x.ts', '../channel/inside.ts'],
  ['ports-know-no-adapter', 'apps/server/src/features/log/x.ts', '../../adapters/store.ts'],
  ['no-test-in-what-ships', 'apps/web/src/x.ts', './y.test.ts', { 'apps/web/src/y.test.ts': '' }],
  ['no-test-in-what-ships', 'apps/server/src/x.ts', './testing.ts', { 'apps/server/src/testing.ts': '' }],
]

const folders = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function makeTree(files) {
  const folder = await mkdtemp(join(tmpdir(), 'reforms-layers-'))
  folders.push(folder)
  for (const [path, text] of Object.entries({ ...SOUND, ...files })) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const crypto = { name: '@reforms/crypto', type: 'module', exports: { '.': './src/index.ts' } }
  await writeFile(join(folder, 'packages/crypto/package.json'), JSON.stringify(crypto))
  await mkdir(join(folder, 'node_modules/@reforms'), { recursive: true })
  await symlink(join(folder, 'packages/crypto'), join(folder, 'node_modules/@reforms/crypto'))
  return folder
}

/** The broken rules of a tree, as [rule, from] pairs. */
async function brokenRules(files) {
  const folder = await makeTree(files)
  const config = join(root, '.dependency-cruiser.cjs')
  const program = [
    depcruise,
    '--config',
    config,
    '--output-type',
    'json',
    'packages',
    'apps',
    'e2e',
    'interop',
  ]
  const output = await new Promise((resolve, reject) => {
    execFile(process.execPath, program, { cwd: folder, maxBuffer: 1e8 }, (error, stdout) =>
      stdout.startsWith('{') ? resolve(stdout) : reject(error ?? new Error(stdout)),
    )
  })
  return JSON.parse(output).summary.violations.map(({ rule, from }) => [rule.name, from])
}

describe('layers', () => {
  test('a tree that keeps the layers passes', async () => {
    expect(await brokenRules({})).toEqual([])
  })

  // All at once, each in a place of its own, so that one run of the checker judges them all.
  test('every forbidden import is refused by its rule', async () => {
    const missed = []
    const files = {}
    const expected = BREAKS.map(([rule, from, target, more = {}], index) => {
      const place = from.replace(/x(\.test)?\.ts$/, `x${index}$1.ts`)
      files[place] = `import '${target}'`
      for (const [path, text] of Object.entries(more)) files[path] = text.replace('./x.ts', `./x${index}.ts`)
      return [rule, place]
    })
    const broken = await brokenRules(files)
    for (const [rule, place] of expected) {
      if (!broken.some(([name, from]) => name === rule && from === place)) missed.push(`${rule}: ${place}`)
    }
    expect(missed).toEqual([])
  })

  test('every rule has a control here', async () => {
    const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'))
    const names = forbidden.map((rule) => rule.name).sort()
    expect([...new Set(BREAKS.map(([rule]) => rule))].sort()).toEqual(names)
    expect(forbidden.filter((rule) => !rule.comment)).toEqual([])
  })
})

const SECRET =
  /packages\/crypto\/src\/(aead|account-signing|envelope|epoch|file|keys|message|phrase|redaction-signing|seal|sealed-keys|vault)\.ts$/

async function bundledFiles(entry) {
  const bundle = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  })
  return Object.keys(bundle.metafile.inputs)
}

describe('what the server can reach of the encryption', () => {
  test('nothing that handles a private key, a group secret or plaintext', async () => {
    const files = await bundledFiles('packages/crypto/src/public.ts')
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((file) => SECRET.test(file))).toEqual([])
  })

  test('the same look at what clients reach finds such code', async () => {
    const files = await bundledFiles('packages/crypto/src/index.ts')
    expect(files.filter((file) => SECRET.test(file)).length).toBeGreaterThan(8)
  })
})
