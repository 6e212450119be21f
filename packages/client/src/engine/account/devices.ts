/** One's own devices: their list, removing one for good, keeping key packages ready. SPEC.md, DIR-6 to DIR-8. */
import {
  CryptoError,
  createSigningKeyPair,
  createVaultKey,
  openAccountKeys,
  signAccountStatement,
  signDeviceList,
} from '@reforms/crypto'
import type { DeviceId } from '@reforms/protocol'
import { IntentError } from '../../engine-api.ts'
import type { Context, OwnKeys } from '../context.ts'
import { dropKeyPackagesBefore } from '../tables/key-packages.ts'
import { readVaultAgain } from '../tables/settings.ts'
import { saveDocuments } from '../tables/people.ts'
import { learnDocuments } from './device-lists.ts'
import { KEY_PACKAGES_AHEAD, makeKeyPackages, readOwnAccount, sealFor } from './documents.ts'
import { saveKeys } from './keys.ts'
import { OWN_WORDS } from './logged-keys.ts'
import { keysOf } from './registering.ts'

const KEY_PACKAGES_LOW = 10
const KEY_PACKAGE_AGE_MAX_MS = 100 * 24 * 60 * 60 * 1000

/**
 * Cuts a device off at once; with the phrase, the account key and the vault key are replaced as well, so that what it knows
 * opens nothing new (DIR-7). Without the phrase it is cut off, and the rest is asked for later.
 */
export async function removeDevice(context: Context, deviceId: DeviceId, phraseText?: string): Promise<void> {
  const keys = context.requireKeys()
  if (deviceId === keys.deviceId) {
    throw new IntentError({
      code: 'forbidden',
      message: 'This is the device you are using. Sign out of it instead.',
    })
  }
  const phrase = phraseText === undefined ? undefined : await keysOf(phraseText)
  const { raw, statement, list } = await readOwnAccount(context)
  if (phrase && !phrase.identity.publicKey.every((byte, index) => byte === statement.identityKey[index])) {
    throw new IntentError({ code: 'phrase-wrong', message: 'This phrase belongs to another account.' })
  }
  await context.ports.transport.call('device.cut', { deviceId })
  if (!phrase) return
  const staying = list.devices.filter((device) => device.deviceId !== deviceId)
  const account = createSigningKeyPair(context.ports.random)
  const number = statement.number + 1
  // Another device may have replaced the keys just before: the newest are those that the phrase opens.
  const newestKeys = await openAccountKeys(
    { kind: 'recovery' },
    phrase.recovery,
    statement,
    raw.sealedForRecovery,
  )
  const newest = Math.max(...newestKeys.vaultKeys.map((key) => key.number))
  const next: OwnKeys = {
    ...keys,
    accountNumber: number,
    accountPrivateKey: account.privateKey,
    vaultKeys: [...newestKeys.vaultKeys, { number: newest + 1, key: createVaultKey(context.ports.random) }],
  }
  const { userId } = keys
  const recoveryKey = phrase.recovery.publicKey
  const nextStatement = { userId, number, accountKey: account.publicKey, recoveryKey }
  await context.ports.transport.call('account.update', {
    account: await signAccountStatement(phrase.identity, nextStatement),
    devices: await signDeviceList(account.privateKey, {
      userId,
      number: list.number + 1,
      accountNumber: number,
      devices: staying,
    }),
    ...(await sealFor(next, recoveryKey, staying)),
  })
  adopt(context, next)
}

/** With new keys, records of the vault that did not open before may do so: it is read again from the beginning. */
function adopt(context: Context, keys: OwnKeys): void {
  context.database.transaction(() => {
    saveKeys(context.database, keys)
    readVaultAgain(context.database)
  })
  context.keys = keys
  context.watches.changed('devices')
}

/** Takes over newer account and vault keys that another device of this user has sealed for this one. */
export async function refreshOwnAccount(context: Context): Promise<void> {
  const keys = context.requireKeys()
  const shown = await readShown(context, keys)
  if (!shown) return
  const { raw, statement } = shown
  await learnDocuments(context, [{ userId: keys.userId, account: raw.account, devices: raw.devices }])
  context.database.transaction(() =>
    saveDocuments(context.database, { userId: keys.userId, account: raw.account, devices: raw.devices }),
  )
  context.watches.changed('devices')
  if (statement.number <= keys.accountNumber || !raw.sealedForDevice) return
  const recipient = { kind: 'device', deviceId: keys.deviceId } as const
  const opened = await openAccountKeys(recipient, keys.sealing, statement, raw.sealedForDevice)
  const { accountNumber, accountPrivateKey, vaultKeys } = opened
  adopt(context, { ...keys, accountNumber, accountPrivateKey, vaultKeys: [...vaultKeys] })
}

/** What is shown of another identity, or of an earlier account key, is said and left alone (KL-4). */
async function readShown(context: Context, keys: OwnKeys) {
  try {
    const shown = await readOwnAccount(context, keys.deviceId)
    context.warn('own-account', undefined)
    return shown
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    context.warn('own-account', OWN_WORDS)
    return undefined
  }
}

/** Leaves new key packages when few are left on the server. */
export async function replenishKeyPackages(context: Context): Promise<void> {
  const { available } = await context.ports.transport.call('keyPackage.count', {})
  if (available >= KEY_PACKAGES_LOW) return
  const made = await makeKeyPackages(context, context.requireKeys(), KEY_PACKAGES_AHEAD, true)
  context.database.transaction(() => {
    made.store()
    dropKeyPackagesBefore(context.database, context.now() - KEY_PACKAGE_AGE_MAX_MS)
  })
  await context.ports.transport.call('keyPackage.publish', {
    keyPackages: made.keyPackages,
    ...(made.lastResort ? { lastResort: made.lastResort } : {}),
  })
}
