/** Our server, as it ships, with its embedded PostgreSQL: every message is in its log, durable, before it is acknowledged. */
import { startServer, type TestServer } from '@reforms/testkit'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CrowdPlan } from '../load/client.ts'
import { makePopulation } from './population.ts'
import { treeOf } from './process-usage.ts'
import type { CrowdShape, Running, System } from './system.ts'

export const REFORMS: System = {
  name: 'Reforms',
  description: 'this server: signed in, checked, stored durably (PostgreSQL, fsync), then delivered',
  keeps: true,
  missing: () => undefined,
  start: async (shape) => (await startReforms(shape)).running,
}

const POPULATIONS = fileURLToPath(new URL('../../results/populations', import.meta.url))
const MIGRATIONS = fileURLToPath(new URL('../../../apps/server/dist/migrations', import.meta.url))

/** One address stands for thousands here, and a crowd of thousands has to register in minutes. */
const ENV = {
  REFORMS_LOG_LEVEL: 'warn',
  REFORMS_PASSWORD_MEMORY: '19',
  REFORMS_PASSWORD_PASSES: '2',
  REFORMS_LIMIT_TURN_REST_MS: '1',
  REFORMS_LIMIT_APPENDS_PER_SECOND: '1000000',
  REFORMS_LIMIT_APPENDS_AT_ONCE: '1000000',
  ...Object.fromEntries(
    ['ADDRESS', 'OPEN', 'SESSION'].flatMap((whose) => [
      [`REFORMS_LIMIT_${whose}_REQUESTS_PER_SECOND`, '1000000'],
      [`REFORMS_LIMIT_${whose}_REQUESTS_AT_ONCE`, '1000000'],
    ]),
  ),
}

/** Another schema needs another population. */
function placeOf({ people, roomSize }: CrowdShape): string {
  const schema = createHash('sha256')
  for (const name of readdirSync(MIGRATIONS).sort()) schema.update(readFileSync(join(MIGRATIONS, name)))
  return join(POPULATIONS, `${people}-by-${roomSize}-${schema.digest('hex').slice(0, 8)}`)
}

async function populate(shape: CrowdShape, place: string): Promise<void> {
  const making = `${place}.new`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(join(making, 'data'), { recursive: true })
  process.stderr.write(
    `Registering ${shape.people} people in rooms of ${shape.roomSize}: once, then it is kept.\n`,
  )
  const server = await startServer({ env: ENV, dataFolder: join(making, 'data') })
  try {
    const crowd = await makePopulation(server, shape)
    writeFileSync(join(making, 'crowd.json'), JSON.stringify(crowd))
  } finally {
    await server.stop()
  }
  renameSync(making, place)
}

/** Each start is on a copy of its own: what was said before is not there. `env` for what a measurement wants otherwise. */
export async function startReforms(
  shape: CrowdShape,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly running: Running; readonly dataFolder: string }> {
  const place = placeOf(shape)
  if (!existsSync(place)) await populate(shape, place)
  const crowd = JSON.parse(readFileSync(join(place, 'crowd.json'), 'utf8')) as CrowdPlan
  const folder = mkdtempSync(join(tmpdir(), 'reforms-bench-'))
  const dataFolder = join(folder, 'data')
  cpSync(join(place, 'data'), dataFolder, { recursive: true, preserveTimestamps: true })
  const server = await startServer({ env: { ...ENV, ...env }, dataFolder })
  const stop = async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { running: running(server, crowd, stop), dataFolder }
}

function running(server: TestServer, crowd: CrowdPlan, stop: () => Promise<void>): Running {
  return {
    target: { dialect: 'reforms', port: Number(new URL(server.url).port) },
    crowd,
    serverPids: () => [server.pid()],
    databasePids: () => {
      const postmaster = server.postgresPid()
      return postmaster === undefined ? [] : treeOf(postmaster)
    },
    restart: async () => {
      await server.kill9()
      await server.start()
    },
    stop,
  }
}
