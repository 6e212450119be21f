/**
 * A whole server in a test, on real PostgreSQL, without a network: people register and call operations through `inject`.
 * For tests only, of this program.
 */
import {
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  signAccountStatement,
  signDeviceList,
  type DeviceIdentity,
  type SigningKeyPair,
} from '@reforms/crypto'
import {
  decodeCbor,
  encodeCbor,
  OPERATIONS,
  uuidV7,
  type DeviceId,
  type ErrorCode,
  type Input,
  type OperationName,
  type Output,
  type Role,
  type UserId,
  type WireError,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Sql } from 'postgres'
import { startTestDatabase } from './adapters/database/testing.ts'
import { testWorkerEntry } from './adapters/groups/testing-worker-entry.ts'
import { createApp, type App, type AppOptions } from './app.ts'
import { ERROR_HEADER } from './dispatch/answer.ts'
import { createSetupLink } from './features/policy/index.ts'

export const PUBLIC_URL = 'http://reforms.test:3000'
export const PASSWORD = 'a long enough phrase'
/** As cheap as the library allows. */
export const CHEAP_PASSWORDS = { memoryKiB: 64, passes: 1, lanes: 1 }

const random = (length: number) => new Uint8Array(randomBytes(length))

export function newId<T extends string>(): T {
  return uuidV7(Date.now(), random(10)) as T
}

/** An identity with one device, as a client makes it; it need not be registered. */
export interface TestIdentity {
  readonly userId: UserId
  readonly identity: SigningKeyPair
  readonly account: SigningKeyPair
  readonly device: DeviceIdentity
  readonly documents: Input<'identity.reset'>
}

export async function createIdentity(userId: UserId, now: number): Promise<TestIdentity> {
  const [identity, account, signature] = [1, 2, 3].map(() => createSigningKeyPair(random)) as [
    SigningKeyPair,
    SigningKeyPair,
    SigningKeyPair,
  ]
  const deviceId = newId<DeviceId>()
  const device = { userId, deviceId, identityKey: identity.publicKey, signature }
  const sealingKey = createSealingKeyPair(random).publicKey
  const listed = { deviceId, signatureKey: signature.publicKey, sealingKey, name: 'a device', addedAt: now }
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey: sealingKey }
  const list = { userId, number: 1, accountNumber: 1, devices: [listed] }
  const documents = {
    deviceId,
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
    sealedForRecovery: random(64),
    sealedForDevices: [{ deviceId, sealed: random(64) }],
    keyPackages: [(await createKeyPackage(device, { now, lastResort: false })).keyPackage],
    lastResort: (await createKeyPackage(device, { now, lastResort: true })).keyPackage,
  }
  return { userId, identity, account, device, documents }
}

export interface TestPerson extends TestIdentity {
  readonly userName: string
  readonly token: string
}

export interface TestClock {
  now: number
}

export type Answer<N extends OperationName> =
  | { readonly status: 200; readonly output: Output<N>; readonly headers: Headers }
  | { readonly status: number; readonly error: WireError; readonly headers: Headers }
type Headers = Readonly<Record<string, string | string[] | number | undefined>>

/** How a request is made, where it matters. */
export interface Caller {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

function pathOf(
  name: OperationName,
  input: Record<string, unknown>,
): { url: string; rest: [string, unknown][] } {
  const { path, method } = OPERATIONS[name]
  const rest = Object.entries(input).filter(([key]) => !path.includes(`:${key}`))
  const url = path.replaceAll(/:(\w+)/g, (_match, key: string) => encodeURIComponent(String(input[key])))
  if (method !== 'GET' && method !== 'DELETE' && method !== 'HEAD') return { url, rest }
  const query = new URLSearchParams()
  for (const [key, value] of rest) for (const text of texts(value)) query.append(key, text)
  return { url: query.size > 0 ? `${url}?${query.toString()}` : url, rest: [] }
}

function texts(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('base64url')]
  if (Array.isArray(value)) return value.flatMap(texts)
  return value === undefined ? [] : [String(value)]
}

/** As to HEAD: an error's code is in a header. */
function emptyAnswer(status: number, headers: Headers): Answer<never> {
  if (status < 300) return { status: 200, output: {} as never, headers }
  return { status, error: { code: headers[ERROR_HEADER] as ErrorCode, message: '' }, headers }
}

export class TestServer {
  readonly app: App
  readonly sql: Sql
  readonly clock: TestClock
  readonly #end: () => Promise<void>

  constructor(app: App, sql: Sql, clock: TestClock, end: () => Promise<void>) {
    this.app = app
    this.sql = sql
    this.clock = clock
    this.#end = end
  }

  /** Calls over HTTP in CBOR, with whatever input, right or wrong. */
  async send(
    name: OperationName,
    input: Record<string, unknown>,
    caller: Caller = {},
  ): Promise<Answer<never>> {
    const { method } = OPERATIONS[name]
    const { url, rest } = pathOf(name, input)
    const response = await this.app.fastify.inject({
      method,
      url,
      headers: {
        accept: 'application/cbor',
        ...(rest.length > 0 ? { 'content-type': 'application/cbor' } : {}),
        ...(caller.token === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
        ...caller.headers,
      },
      ...(rest.length > 0 ? { payload: Buffer.from(encodeCbor(Object.fromEntries(rest))) } : {}),
    })
    const { statusCode: status, headers, rawPayload } = response
    if (rawPayload.length === 0) return emptyAnswer(status, headers)
    const body = decodeCbor(new Uint8Array(rawPayload))
    return status < 300
      ? { status: 200, output: body as never, headers }
      : { status, error: body as WireError, headers }
  }

  /** The output; a refusal is thrown as its wire error. */
  async call<N extends OperationName>(name: N, input: Input<N>, caller: Caller = {}): Promise<Output<N>> {
    const answer: Answer<N> = await this.send(name, input as Record<string, unknown>, caller)
    if ('error' in answer) throw Object.assign(new Error(`${name}: ${answer.error.code}`), answer.error)
    return answer.output
  }

  /** The error's code, or 'done'. */
  async codeOf<N extends OperationName>(name: N, input: Input<N>, caller: Caller = {}): Promise<string> {
    const answer = await this.send(name, input as Record<string, unknown>, caller)
    return 'error' in answer ? answer.error.code : 'done'
  }

  async register(userName: string, invitation?: string): Promise<TestPerson> {
    const made = await createIdentity(newId<UserId>(), this.clock.now)
    const session = await this.call('user.register', {
      ...(invitation === undefined ? {} : { token: invitation }),
      userId: made.userId,
      userName,
      displayName: userName.toUpperCase(),
      password: PASSWORD,
      client: 'program',
      ...made.documents,
    })
    if (session.token === undefined) throw new Error('a program gets a token')
    return { ...made, userName, token: session.token }
  }

  /** The first user, by a setup link. */
  async administrator(userName = 'ada'): Promise<TestPerson> {
    const { token } = await createSetupLink(this.sql, () => this.clock.now, random)
    return this.register(userName, token)
  }

  /** A further user, invited by an administrator. */
  async member(administrator: TestPerson, userName: string, role: Role = 'member'): Promise<TestPerson> {
    const request = { role, uses: 1, expiresInHours: 1, note: '' }
    const { url } = await this.call('invitation.create', request, administrator)
    return this.register(userName, tokenOf(url))
  }

  stop(): Promise<void> {
    return this.#end()
  }
}

export function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

export async function startTestServer(options: Partial<AppOptions> = {}): Promise<TestServer> {
  const { sql, stop } = await startTestDatabase()
  const clock = { now: Date.now() }
  const blobFolder = mkdtempSync(join(tmpdir(), 'reforms-blobs-'))
  const app = await createApp({
    sql,
    log: pino({ level: process.env['REFORMS_TEST_LOG'] ?? 'silent' }),
    publicUrl: PUBLIC_URL,
    blobFolder,
    policy: { passwordCost: CHEAP_PASSWORDS, version: 'test' },
    clock: () => clock.now,
    random,
    groupWorker: await testWorkerEntry(),
    checkAnswers: true,
    ...options,
  })
  return new TestServer(app, sql, clock, async () => {
    await app.drain()
    await stop()
    rmSync(blobFolder, { recursive: true, force: true })
  })
}
