/** A running server whose administrator has no screen, so that stories open browsers for those only whom they are about. */
import { startServer, TestPerson, Wire, type TestServer } from '@reforms/testkit'
import { onTestFinished } from 'vitest'
import type { ProfileOptions } from './browser.ts'
import { BrowserPerson } from './person.ts'

export interface Organisation {
  readonly server: TestServer
  readonly admin: TestPerson
  /** What browsers reach the server by. People without a screen do not need it. */
  readonly wire: Wire
  /** Somebody without a screen. */
  hire(name: string): Promise<TestPerson>
  /** Somebody in a fresh browser. */
  welcome(name: string, options?: ProfileOptions): Promise<BrowserPerson>
}

/** Within a test: all of it ends with the test. `env` is what its server is started with, `program` another server than the built one. */
export async function startOrganisation(
  env: Readonly<Record<string, string>> = {},
  program?: string,
): Promise<Organisation> {
  const wire = await Wire.open()
  onTestFinished(() => wire.close())
  const server = await startServer({
    env: { ...env, REFORMS_URL: wire.url },
    ...(program === undefined ? {} : { program }),
  })
  onTestFinished(() => server.stop())
  wire.leadTo(server.url)
  const people: TestPerson[] = []
  onTestFinished(async () => {
    await Promise.all(people.map((person) => person.leave()))
  })
  const register = async (link: string, name: string) => {
    const person = await TestPerson.register({ serverUrl: server.url }, link, name)
    people.push(person)
    return person
  }
  const admin = await register(server.setupLink, 'Ana Sousa')
  return {
    server,
    admin,
    wire,
    hire: async (name) => register(await admin.invite(), name),
    welcome: async (name, options) => BrowserPerson.join(name, await admin.invite(), options),
  }
}
