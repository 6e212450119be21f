/** The user's own signed documents: as the server has them, and the next ones. DESIGN: "Identity and keys"; SPEC.md, DIR-*. */
import {
  CryptoError,
  createSealingKeyPair,
  createSigningKeyPair,
  createKeyPackage,
  createVaultKey,
  sealAccountKeys,
  signAccountStatement,
  signDeviceList,
  verifyAccountStatement,
  verifyDeviceList,
  type AccountKeys,
  type AccountStatement,
  type CreatedKeyPackage,
  type DeviceIdentity,
  type DeviceList,
  type ListedDevice,
  type SealingKeyPair,
  type SigningKeyPair,
} from '@reforms/crypto'
import { cleanName, type DeviceId, type Output, type UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context, OwnKeys } from '../context.ts'
import { readNewestKeys } from '../tables/key-log.ts'
import { saveKeyPackage } from '../tables/key-packages.ts'

/** How many key packages a device leaves at once. */
export const KEY_PACKAGES_AHEAD = 20

export interface OwnDocuments {
  account: Uint8Array
  devices: Uint8Array
}

/**
 * Reads and checks this user's documents. Throws CryptoError where the server shows something that does not verify, another
 * identity than this device's, or an earlier account key than it has: nothing may be signed or sealed after such a one.
 */
export async function readOwnAccount(
  context: Context,
  deviceId?: DeviceId,
): Promise<{ raw: Output<'account.read'>; statement: AccountStatement; list: DeviceList }> {
  const raw = await context.ports.transport.call('account.read', deviceId ? { deviceId } : {})
  const statement = await verifyAccountStatement(raw.account)
  const list = await verifyDeviceList(raw.devices, statement)
  if (context.keys) checkOwn(context.keys, statement)
  const logged = context.keys && readNewestKeys(context.database, context.keys.userId)
  // A device that was taken away would come back with the next list that is signed (ID-6, DIR-10).
  if (
    logged &&
    sameBytes(logged.identityKey, statement.identityKey) &&
    list.number < logged.deviceListNumber
  ) {
    throw new CryptoError('wrong-number', 'an earlier device list than the key log holds')
  }
  return { raw, statement, list }
}

function checkOwn(keys: OwnKeys, statement: AccountStatement): void {
  if (statement.userId !== keys.userId || !sameBytes(statement.identityKey, keys.identityKey)) {
    throw new CryptoError('wrong-subject', 'the account of another identity than of this device')
  }
  if (statement.number < keys.accountNumber) {
    throw new CryptoError('wrong-number', 'an earlier account key than this device has')
  }
}

export async function ownDocuments(context: Context): Promise<OwnDocuments> {
  const { raw } = await readOwnAccount(context)
  return { account: raw.account, devices: raw.devices }
}

export interface NewDevice extends DeviceIdentity {
  deviceName: string
  sealing: SealingKeyPair
}

export function makeDevice(
  context: Context,
  userId: UserId,
  identityKey: Uint8Array,
  deviceName: string,
): NewDevice {
  return {
    userId,
    identityKey,
    deviceName: cleanName(deviceName).slice(0, 64),
    deviceId: context.newDeviceId(),
    signature: createSigningKeyPair(context.ports.random),
    sealing: createSealingKeyPair(context.ports.random),
  }
}

export function listed(device: NewDevice, addedAt: number): ListedDevice {
  return {
    deviceId: device.deviceId,
    signatureKey: device.signature.publicKey,
    sealingKey: device.sealing.publicKey,
    name: device.deviceName,
    addedAt,
  }
}

/** Makes key packages and keeps their private halves before they are published. */
export async function makeKeyPackages(
  context: Context,
  device: DeviceIdentity,
  count: number,
  lastResort: boolean,
): Promise<{ keyPackages: Uint8Array[]; lastResort?: Uint8Array; store: () => void }> {
  const now = context.now()
  const made: CreatedKeyPackage[] = []
  for (let i = 0; i < count; i += 1) made.push(await createKeyPackage(device, { now, lastResort: false }))
  const last = lastResort ? await createKeyPackage(device, { now, lastResort: true }) : undefined
  return {
    keyPackages: made.map((each) => each.keyPackage),
    ...(last ? { lastResort: last.keyPackage } : {}),
    store: () => {
      for (const each of made) saveKeyPackage(context.database, each, 'once', now)
      if (last) saveKeyPackage(context.database, last, 'last-resort', now)
    },
  }
}

interface PhraseKeys {
  identity: SigningKeyPair
  recovery: SealingKeyPair
}

/** Everything that a new identity publishes with its first device, and the keys that stay here. */
export async function makeFirstIdentity(
  context: Context,
  userId: UserId,
  phrase: PhraseKeys,
  deviceName: string,
) {
  const { random } = context.ports
  const account = createSigningKeyPair(random)
  const device = makeDevice(context, userId, phrase.identity.publicKey, deviceName)
  const keys: OwnKeys = {
    ...device,
    accountNumber: 1,
    accountPrivateKey: account.privateKey,
    vaultKeys: [{ number: 1, key: createVaultKey(random) }],
  }
  const statement = await signAccountStatement(phrase.identity, {
    userId,
    number: 1,
    accountKey: account.publicKey,
    recoveryKey: phrase.recovery.publicKey,
  })
  const devices = [listed(device, context.now())]
  const list = await signDeviceList(account.privateKey, { userId, number: 1, accountNumber: 1, devices })
  const packages = await makeKeyPackages(context, device, KEY_PACKAGES_AHEAD, true)
  const sealed = await sealFor(keys, phrase.recovery.publicKey, devices)
  return {
    keys,
    store: packages.store,
    published: {
      account: statement,
      devices: list,
      deviceId: device.deviceId,
      ...sealed,
      keyPackages: packages.keyPackages,
      lastResort: packages.lastResort as Uint8Array,
    },
  }
}

/** The account and vault keys, sealed to the recovery key and to each of some devices. */
export async function sealFor(keys: OwnKeys, recoveryKey: Uint8Array, devices: readonly ListedDevice[]) {
  const inner: AccountKeys = {
    userId: keys.userId,
    accountNumber: keys.accountNumber,
    accountPrivateKey: keys.accountPrivateKey,
    vaultKeys: keys.vaultKeys,
  }
  const sealedForDevices = []
  for (const { deviceId, sealingKey } of devices) {
    const sealed = await sealAccountKeys({ kind: 'device', deviceId }, sealingKey, inner)
    sealedForDevices.push({ deviceId, sealed })
  }
  return {
    sealedForRecovery: await sealAccountKeys({ kind: 'recovery' }, recoveryKey, inner),
    sealedForDevices,
  }
}
