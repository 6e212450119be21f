/** Whose word counts about where a request comes from. SPEC.md, LIM-2. */
import { afterEach, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

/** More than one address may ask at once, and less than two. */
const MANY = 400

const leftovers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of leftovers.splice(0).reverse()) await end()
})

async function serverWith(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer({ env })
  leftovers.push(server.stop)
  return server
}

async function serverWithAna(env: Record<string, string>): Promise<{ server: TestServer; ana: TestPerson }> {
  const server = await serverWith(env)
  const ana = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana')
  leftovers.push(() => ana.leave())
  return { server, ana }
}

/** Signs in wrongly, as a proxy hands it on, and gives the address that the audit trail has for it. */
async function auditedAddress({ url }: TestServer, ana: TestPerson, forwardedFor: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
    body: JSON.stringify({ userName: 'ana', password: 'not the right one', client: 'program' }),
  })
  expect(answer.status).toBe(401)
  const [record] = await ana.do('audit.read', { limit: 1 })
  expect(record?.action).toBe('sign-in.failed')
  return record?.detail['address']
}

/** How many of these requests were refused for their rate. */
async function refusals({ url }: TestServer, addressOf: (index: number) => string): Promise<number> {
  const ask = async (index: number) => {
    const headers = { 'x-forwarded-for': addressOf(index), 'x-forwarded-proto': 'https' }
    const answer = await fetch(`${url}/api/server`, { headers })
    await answer.arrayBuffer()
    return answer.status
  }
  const statuses = await Promise.all(Array.from({ length: MANY }, (_, index) => ask(index)))
  return statuses.filter((status) => status === 429).length
}

describe('X-Forwarded-For', () => {
  it('LIM-2: of nobody: it is not believed, and changing it escapes no rate', async () => {
    const { server, ana } = await serverWithAna({})
    expect(await auditedAddress(server, ana, '203.0.113.7')).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(await refusals(server, (index) => `203.0.113.${index % 250}`)).toBeGreaterThan(0)
  })

  it('LIM-2: of a trusted proxy: what it says counts, and nothing that was there before it', async () => {
    const { server, ana } = await serverWithAna({ REFORMS_TRUSTED_PROXIES: '127.0.0.1, ::1' })
    expect(await auditedAddress(server, ana, '203.0.113.7')).toBe('203.0.113.7')
    // The caller came with a header of its own; the proxy appended where it really comes from.
    expect(await auditedAddress(server, ana, '198.51.100.1, 203.0.113.8')).toBe('203.0.113.8')
    expect(await refusals(server, () => '203.0.113.9')).toBeGreaterThan(0)
    expect(await refusals(server, (index) => `198.51.100.${index % 250}`)).toBe(0)
  })

  it('of a proxy that is not the trusted one: it is not believed', async () => {
    const { server, ana } = await serverWithAna({ REFORMS_TRUSTED_PROXIES: '192.0.2.0/24' })
    expect(await auditedAddress(server, ana, '203.0.113.7')).toMatch(/^(127\.0\.0\.1|::1)$/)
  })
})

describe('X-Forwarded-Proto', () => {
  it('decides nothing: REFORMS_URL alone says whether people come by https', async () => {
    const strict = async ({ url }: TestServer, proto: string) =>
      (await fetch(url, { headers: { 'x-forwarded-proto': proto } })).headers.has('strict-transport-security')
    const trusted = { REFORMS_TRUSTED_PROXIES: '127.0.0.1,::1' }
    const plain = await serverWith(trusted)
    expect(await strict(plain, 'https')).toBe(false)
    const behind = await serverWith({ ...trusted, REFORMS_URL: 'https://chat.example.org' })
    expect(await strict(behind, 'http')).toBe(true)
  })
})
