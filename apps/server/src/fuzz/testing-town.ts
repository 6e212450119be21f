/**
 * A test server with people, channels and things of theirs, for inputs that are made at random: some of them name what
 * is there. Who loses their session by such an input gets another. For tests only.
 */
import { signSession } from '@reforms/crypto'
import { OPERATIONS, type OperationName, type Output } from '@reforms/protocol'
import type { Known } from '@reforms/protocol/testing'
import { channelOf, TestMember } from '../features/testing-member.ts'
import {
  createIdentity,
  newId,
  PASSWORD,
  startTestServer,
  type Answer,
  type TestPerson,
  type TestServer,
} from '../testing.ts'

export const CASES = Number(process.env['REFORMS_FUZZ_CASES'] ?? 200)
export const SEED = Number(process.env['REFORMS_FUZZ_SEED'] ?? 1)
export const names = Object.keys(OPERATIONS) as OperationName[]

export type CallerName = 'administrator' | 'member' | 'nobody'

const PLENTY = { perSecond: 1e9, burst: 1e9 }
const NO_LIMIT = { free: 1e6, lockAfter: 2e6, lockMs: 1 }

export function transportOf(name: OperationName): string | undefined {
  return (OPERATIONS[name] as { transport?: string }).transport
}

export class Town {
  readonly server: TestServer
  /** Never a caller, so that there always is somebody to invite others. */
  readonly #mayor: TestPerson
  readonly #people = new Map<CallerName, TestPerson>()
  #made = 0
  known: Known = {}

  private constructor(server: TestServer, mayor: TestPerson) {
    this.server = server
    this.#mayor = mayor
  }

  static async found(): Promise<Town> {
    const server = await startTestServer({
      rates: { address: PLENTY, openAddress: PLENTY, session: PLENTY, append: PLENTY },
      // A refusal for its rate is answered a second later (GW-10).
      limits: { nameChangesPerHour: 1_000_000 },
      policy: {
        passwordCost: { memoryKiB: 64, passes: 1, lanes: 1 },
        version: 'test',
        signInLimits: { account: NO_LIMIT, address: NO_LIMIT },
      },
    })
    const town = new Town(server, await server.administrator('mayor'))
    await town.#settle()
    return town
  }

  tokenOf(caller: CallerName): string | undefined {
    return this.#people.get(caller)?.token
  }

  /** Who is signed out signs in again; who cannot, being cut off or deactivated, makes room for others. */
  async revive(): Promise<void> {
    for (const caller of ['administrator', 'member'] as const) {
      const person = this.#people.get(caller)
      if (person && (await this.#speaksFor(person, caller))) continue
      const again = person && (await this.#signIn(person))
      if (!again || !(await this.#speaksFor(again, caller))) return this.#settle()
      this.#people.set(caller, again)
    }
  }

  async #speaksFor({ token }: TestPerson, role: CallerName): Promise<boolean> {
    const answer = await this.server.send('session.read', {}, { token })
    if (!('output' in answer)) return false
    const session: Output<'session.read'> = answer.output
    return session.deviceId !== undefined && session.role === role
  }

  /** Undefined where they cannot. */
  async #signIn(person: TestPerson): Promise<TestPerson | undefined> {
    const { userName, device } = person
    const request = { userName, password: PASSWORD, client: 'program' } as const
    const answer: Answer<'session.open'> = await this.server.send('session.open', request)
    if (!('output' in answer)) return undefined
    const { token = '', sessionId, challenge } = answer.output
    const signature = await signSession(device, { sessionId, challenge })
    const code = await this.server.codeOf('session.bind', { deviceId: device.deviceId, signature }, { token })
    return code === 'done' ? { ...person, token } : undefined
  }

  async #settle(): Promise<void> {
    const { server } = this
    const nth = ++this.#made
    const admin = new TestMember(server, await server.member(this.#mayor, `admin${nth}`, 'administrator'))
    const member = new TestMember(server, await server.member(this.#mayor, `member${nth}`))
    this.#people.set('administrator', admin.person)
    this.#people.set('member', member.person)
    const open = await channelOf([admin, member], 'public')
    const publicMessage = await admin.message()
    const channelId = await channelOf([admin, member])
    const message = await admin.message()
    await admin.say()
    this.known = { ...(await this.#things(admin, member)), channelId: [channelId, open] }
    this.known = {
      ...this.known,
      generation: [message.generation, publicMessage.generation],
      epoch: [message.epoch, publicMessage.epoch],
    }
  }

  async #things(admin: TestMember, member: TestMember): Promise<Record<string, unknown[]>> {
    const stranger = await createIdentity(newId(), this.server.clock.now)
    const documents = [admin.person.documents, member.person.documents, stranger.documents]
    const bystander = new TestMember(this.server, member.person)
    const founding = await bystander.founding('private')
    const id = {
      user: [admin.userId, member.userId, stranger.userId],
      device: [admin.deviceId, member.deviceId],
    }
    return {
      userId: id.user,
      userIds: [id.user],
      notify: [id.user],
      after: [...id.user, 0, 1],
      deviceId: [...id.device, stranger.documents.deviceId],
      unusable: [id.device],
      account: documents.map(({ account }) => account),
      devices: documents.map(({ devices }) => devices),
      keyPackages: documents.map(({ keyPackages }) => keyPackages),
      lastResort: documents.map(({ lastResort }) => lastResort),
      payload: [founding.payload],
      groupInfo: [founding.groupInfo],
      tree: [founding.tree],
      seq: [0, 1, 2, 3],
      password: [PASSWORD],
      current: [PASSWORD],
      userName: [admin.person.userName, member.person.userName],
      limit: [1, 100],
      before: [1, 2, 5],
    }
  }

  stop(): Promise<void> {
    return this.server.stop()
  }
}
