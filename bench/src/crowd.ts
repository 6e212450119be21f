/** Many devices of real, registered users on a server that runs, without an engine: who fills a large channel. */
import {
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  signAccountStatement,
  signDeviceList,
  type DeviceIdentity,
} from '@reforms/crypto'
import {
  decodeCbor,
  encodeCbor,
  OPERATIONS,
  uuidV7,
  type DeviceId,
  type Input,
  type OperationName,
  type Output,
  type UserId,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'

export const random = (length: number) => new Uint8Array(randomBytes(length))
export const newId = <T extends string>() => uuidV7(Date.now(), random(10)) as T

/** Calls of one session; none before it signed in. */
export class Session {
  readonly #url: string
  readonly #token: string | undefined

  /** What signs in at the gateway. */
  get token(): string {
    if (this.#token === undefined) throw new Error('not signed in')
    return this.#token
  }

  constructor(url: string, token?: string) {
    this.#url = url
    this.#token = token
  }

  async call<N extends OperationName>(name: N, input: Input<N>): Promise<Output<N>> {
    const { method, path } = OPERATIONS[name]
    const fields = Object.entries(input)
    const isInPath = (field: string) => path.includes(`:${field}`)
    const place = fields.reduce(
      (all, [field, value]) => all.replace(`:${field}`, String(value)),
      path as string,
    )
    const body = encodeCbor(Object.fromEntries(fields.filter(([field]) => !isInPath(field))))
    const answer = await fetch(`${this.#url}${place}`, {
      method,
      headers: {
        accept: 'application/cbor',
        'content-type': 'application/cbor',
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      body: Buffer.from(body),
    })
    const output = decodeCbor(new Uint8Array(await answer.arrayBuffer()))
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(output)}`)
    return output as Output<N>
  }
}

export interface CrowdUser {
  readonly session: Session
  readonly devices: DeviceIdentity[]
  readonly proof: { readonly account: Uint8Array; readonly devices: Uint8Array }
}

/** A user with so many listed devices; the session is the first one's. */
export async function register(url: string, link: string, count: number): Promise<CrowdUser> {
  const userId = newId<UserId>()
  const [identity, account] = [createSigningKeyPair(random), createSigningKeyPair(random)]
  const recoveryKey = createSealingKeyPair(random).publicKey
  const devices = Array.from({ length: count }, () => ({
    userId,
    deviceId: newId<DeviceId>(),
    identityKey: identity.publicKey,
    signature: createSigningKeyPair(random),
  }))
  const [first, ...others] = devices as [DeviceIdentity, ...DeviceIdentity[]]
  const list = (number: number, listed: readonly DeviceIdentity[]) => {
    const facts = { sealingKey: recoveryKey, name: '', addedAt: 0 }
    const entries = listed.map(({ deviceId, signature }) => ({
      deviceId,
      signatureKey: signature.publicKey,
      ...facts,
    }))
    return signDeviceList(account.privateKey, { userId, number, accountNumber: 1, devices: entries })
  }
  const sealed = (listed: readonly DeviceIdentity[]) =>
    listed.map(({ deviceId }) => ({ deviceId, sealed: random(64) }))
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  const proof = { account: await signAccountStatement(identity, statement), devices: await list(1, [first]) }
  const keyPackage = (lastResort: boolean) => createKeyPackage(first, { now: Date.now(), lastResort })
  const { token } = await new Session(url).call('user.register', {
    token: link.slice(link.lastIndexOf('/') + 1),
    userId,
    userName: `user-${userId.slice(-12)}`,
    displayName: 'Somebody',
    password: 'a long enough phrase',
    client: 'program',
    deviceId: first.deviceId,
    ...proof,
    sealedForRecovery: random(64),
    sealedForDevices: sealed([first]),
    keyPackages: [(await keyPackage(false)).keyPackage],
    lastResort: (await keyPackage(true)).keyPackage,
  })
  const session = new Session(url, token)
  if (others.length === 0) return { session, devices, proof }
  const all = await list(2, devices)
  await session.call('account.update', { devices: all, sealedForDevices: sealed(others) })
  return { session, devices, proof: { ...proof, devices: all } }
}
