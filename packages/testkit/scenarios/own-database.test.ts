/** An organisation moves from the embedded PostgreSQL to one of its own, and back. SPEC.md, ADM-7. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  installedPostgresMajors,
  OwnPostgres,
  startServer,
  TestPerson,
  Wire,
  type TestServer,
} from '../src/index.ts'

const MOVING_MS = 180_000

const leftovers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of leftovers.splice(0).reverse()) await end()
})

async function server(env: Record<string, string> = {}): Promise<TestServer> {
  const started = await startServer({ env })
  leftovers.push(started.stop)
  return started
}

function here(person: TestPerson): TestPerson {
  leftovers.push(() => person.leave())
  return person
}

function embeddedMajor({ dataFolder }: TestServer): number {
  return Number(readFileSync(join(dataFolder, 'postgres', 'PG_VERSION'), 'utf8'))
}

/** What the server on `from` has, the one on `to` has then. The people find it where the old one was. */
async function move(wire: Wire, from: TestServer, to: TestServer, ...options: string[]): Promise<void> {
  const file = join(from.dataFolder, 'moving.backup')
  wire.cut()
  expect(await from.command('backup', file)).toMatchObject({ code: 0 })
  await from.terminate()
  const restored = await to.command('restore', file, ...options)
  expect(restored.output).toContain('Restored the backup')
  expect(restored.code).toBe(0)
  await to.start()
  expect((await to.command('admin', 'verify-audit')).output).toContain('The audit trail is intact')
  wire.leadTo(to.url)
  wire.mend()
}

async function moveThereAndBack(chooseMajor: (embedded: number) => number): Promise<void> {
  const embedded = await server()
  const major = chooseMajor(embeddedMajor(embedded))
  const postgres = await OwnPostgres.start(major)
  leftovers.push(() => postgres.stop())
  const wire = await Wire.open()
  leftovers.push(() => wire.close())
  wire.leadTo(embedded.url)
  const options = { serverUrl: wire.url }
  const ana = here(await TestPerson.register(options, embedded.setupLink, 'Ana'))
  const ben = here(await TestPerson.register(options, await ana.invite(), 'Ben'))
  const channel = await ana.createChannel('Moving', 'private', [await ben.me()])
  await ben.isIn(channel)
  await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 2)
  await ana.say(channel, 'In the embedded one')
  await ben.hears(channel, 'In the embedded one')

  const own = await server({ DATABASE_URL: postgres.databaseUrl })
  expect(own.postgresPid()).toBeUndefined()
  expect((await own.command('doctor')).output).toMatch(
    new RegExp(`PostgreSQL ${major}\\.\\S* .*\\(DATABASE_URL\\)`),
  )
  const backup = join(embedded.dataFolder, 'while-it-runs.backup')
  expect(await embedded.command('backup', backup)).toMatchObject({ code: 0 })
  const tooEarly = await own.command('restore', backup)
  expect(tooEarly).toMatchObject({ code: 1, output: expect.stringContaining('Stop it first') })

  await own.terminate()
  await move(wire, embedded, own)
  // A device that has nothing yet reads what the server has.
  const second = here(await TestPerson.restore(options, 'Ana', ana.phrase))
  await second.hears(channel, 'In the embedded one')
  await ben.say(channel, 'In our own')
  for (const person of [ana, second]) await person.hears(channel, 'In our own')

  await move(wire, own, embedded, '--force')
  const third = here(await TestPerson.restore(options, 'Ana', ana.phrase))
  await third.hears(channel, 'In our own')
  await second.say(channel, 'Back again')
  for (const person of [ana, ben, third]) {
    await person.hears(channel, 'Back again')
    expect(await person.texts(channel)).toEqual(['In the embedded one', 'In our own', 'Back again'])
  }
}

describe('a backup goes from the embedded PostgreSQL to one’s own, and back', () => {
  it(
    'ADM-7: of another major version: the history is readable, and the log goes on',
    async ({ skip }) => {
      const majors = installedPostgresMajors()
      if (majors.length === 0)
        skip('there is no PostgreSQL in /usr/lib/postgresql: install the package postgresql')
      await moveThereAndBack((embedded) => {
        const other = majors.find((major) => major !== embedded)
        return (
          other ?? skip(`only PostgreSQL ${embedded} is installed here, which is the embedded one’s version`)
        )
      })
    },
    MOVING_MS,
  )
})
