/** The next documents of a test person, signed with their own keys: for tests of the directory. For tests only. */
import {
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  signAccountStatement,
  signDeviceList,
  signSession,
  type DeviceIdentity,
  type ListedDevice,
  type SigningKeyPair,
} from '@reforms/crypto'
import type { DeviceId, Input } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { newId, PASSWORD, type TestPerson, type TestServer } from '../testing.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))

export interface NewDevice {
  readonly device: DeviceIdentity
  readonly listed: ListedDevice
}

/** One person's account as its owner knows it: the keys, and the numbers that were published last. */
export class TestAccount {
  readonly person: TestPerson
  account: SigningKeyPair
  accountNumber = 1
  listNumber = 1
  listed: ListedDevice[]

  constructor(person: TestPerson) {
    this.person = person
    this.account = person.account
    this.listed = [
      {
        deviceId: person.device.deviceId,
        signatureKey: person.device.signature.publicKey,
        // As createIdentity made it: the server compares keys of devices that stay.
        sealingKey: random(32),
        name: 'a device',
        addedAt: 0,
      },
    ]
  }

  /** The list as it was registered, from the server, so that later ones carry the same devices. */
  async begin(server: TestServer): Promise<this> {
    const [row] = await server.sql<{ sealingKey: Buffer; addedAt: number }[]>`
      select sealing_key as "sealingKey", added_at::float8 as "addedAt" from device
      where device_id = ${this.person.device.deviceId}`
    const [first] = this.listed
    const sealingKey = new Uint8Array(row!.sealingKey)
    this.listed = [{ ...first!, sealingKey, addedAt: row!.addedAt }]
    return this
  }

  newDevice(): NewDevice {
    const { userId, identity } = this.person
    const signature = createSigningKeyPair(random)
    const device = { userId, deviceId: newId<DeviceId>(), identityKey: identity.publicKey, signature }
    const sealingKey = createSealingKeyPair(random).publicKey
    const listed = { deviceId: device.deviceId, signatureKey: signature.publicKey, sealingKey }
    return { device, listed: { ...listed, name: 'another device', addedAt: 0 } }
  }

  /** A list of these devices under the present account key, or under a new one that the identity key names. */
  async update(
    devices: readonly ListedDevice[],
    {
      account,
      numbers = {},
    }: { account?: SigningKeyPair; numbers?: { list?: number; account?: number } } = {},
  ): Promise<Input<'account.update'>> {
    const { userId, identity } = this.person
    const number = numbers.account ?? (account ? this.accountNumber + 1 : this.accountNumber)
    const key = account ?? this.account
    const list = { userId, number: numbers.list ?? this.listNumber + 1, accountNumber: number }
    const statement = { userId, number, accountKey: key.publicKey, recoveryKey: random(32) }
    return {
      devices: await signDeviceList(key.privateKey, { ...list, devices: [...devices] }),
      sealedForDevices: devices.map(({ deviceId }) => ({ deviceId, sealed: random(64) })),
      ...(account
        ? { account: await signAccountStatement(identity, statement), sealedForRecovery: random(64) }
        : {}),
    }
  }

  /** Publishes a list; what follows builds on it. */
  async publish(
    server: TestServer,
    devices: readonly ListedDevice[],
    account?: SigningKeyPair,
    token: string = this.person.token,
  ): Promise<void> {
    const input = await this.update(devices, account ? { account } : {})
    await server.call('account.update', input, { token })
    this.listNumber += 1
    this.listed = [...devices]
    if (!account) return
    this.account = account
    this.accountNumber += 1
  }

  newAccountKey(): SigningKeyPair {
    return createSigningKeyPair(random)
  }
}

/** Signs in by password; the session belongs to no device yet. */
export async function signIn(server: TestServer, { userName }: TestPerson) {
  const session = await server.call('session.open', { userName, password: PASSWORD, client: 'program' })
  return { ...session, token: session.token! }
}

/** A second device of a person: listed, signed in and bound. */
export async function addDevice(server: TestServer, account: TestAccount): Promise<TestPerson> {
  const { device, listed } = account.newDevice()
  const session = await signIn(server, account.person)
  await account.publish(server, [...account.listed, listed], undefined, session.token)
  const { sessionId, challenge } = session
  const signature = await signSession(device, { sessionId, challenge })
  await server.call('session.bind', { deviceId: device.deviceId, signature }, session)
  const { account: statement, devices } = await server.call('account.read', {}, session)
  const documents = { ...account.person.documents, deviceId: device.deviceId, account: statement, devices }
  return { ...account.person, device, documents, token: session.token }
}

export async function keyPackagesOf(
  device: DeviceIdentity,
  now: number,
  count: number,
): Promise<Uint8Array[]> {
  const made = Array.from({ length: count }, () => createKeyPackage(device, { now, lastResort: false }))
  return (await Promise.all(made)).map(({ keyPackage }) => keyPackage)
}
