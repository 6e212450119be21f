import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TESTING_PASSWORD, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  stranger = await TestPerson.open(options)
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave(), stranger?.leave()])
  await server?.stop()
})

/** The reset that this person's device shows, once it fits. */
async function resetShownTo(person: TestPerson, fits: (reset: { at?: number } | undefined) => boolean) {
  const session = await person.until('session', {}, (each) => each.state === 'ready' && fits(each.reset))
  return session.state === 'ready' ? session.reset : undefined
}

describe('a reset that somebody else asked for', () => {
  it('ID-8: is shown on a device that is in, with its time once agreed to, and stopped there', async () => {
    const before = Date.now()
    await stranger.do('session.open', {
      userName: 'ben',
      password: TESTING_PASSWORD,
      deviceName: 'Elsewhere',
    })
    await stranger.do('identity.requestReset', {})
    const asked = await resetShownTo(ben, (reset) => reset !== undefined)
    expect(asked).toEqual({ requestedAt: expect.any(Number) as number })
    expect(asked!.requestedAt).toBeGreaterThanOrEqual(before)

    const { resetAt } = await ana.do('admin.approveReset', { userId: await ben.me() })
    const agreed = await resetShownTo(ben, (reset) => reset?.at !== undefined)
    expect(agreed).toEqual({ ...asked, at: resetAt })

    await ben.do('identity.cancelReset', {})
    expect(await resetShownTo(ben, () => true)).toBeUndefined()
  })
})
