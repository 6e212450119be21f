/** The way in: registering, signing in, and making a browser one of the user's devices. SPEC.md, SES-*, DIR-*. */
import {
  checkPhrase,
  keysFromPhrase,
  openAccountKeys,
  signDeviceList,
  signSession,
  type AccountStatement,
  type DeviceList,
} from '@reforms/crypto'
import { cleanName, type Session, type UserId } from '@reforms/protocol'
import { IntentError, type IntentInput, type Me } from '../../engine-api.ts'
import type { Context, OwnKeys } from '../context.ts'
import { emptyTables } from '../database-schema.ts'
import { comingDevice, keepComingDevice } from './coming-device.ts'
import {
  KEY_PACKAGES_AHEAD,
  listed,
  makeFirstIdentity,
  makeKeyPackages,
  readOwnAccount,
  sealFor,
} from './documents.ts'
import { DEVICE_SINCE, writeSetting } from '../tables/settings.ts'
import { saveKeys, saveMe } from './keys.ts'

export function meOf(session: Session): Me {
  const { userId, userName, displayName, role } = session
  return { userId, userName, displayName, role }
}

/** The keys of a phrase, or words about what is wrong with it. */
export async function keysOf(phraseText: string) {
  const checked = checkPhrase(phraseText)
  if (!checked.ok) {
    throw new IntentError({
      code: 'phrase-wrong',
      message: 'These are not the words of a recovery phrase. Check their spelling and their order.',
      detail: { ...checked },
    })
  }
  return keysFromPhrase(checked.phrase)
}

function become(context: Context, session: Session, keys: OwnKeys, store: () => void): void {
  context.database.transaction(() => {
    // Others may have been handed key packages of a first attempt.
    emptyTables(context.database, ['key_package'])
    saveKeys(context.database, keys)
    saveMe(context.database, meOf(session))
    writeSetting(context.database, DEVICE_SINCE, context.now())
    store()
  })
  context.keys = keys
  context.me = meOf(session)
}

/** Makes the identity and the account, all or nothing. The session is bound to this device at once. */
export async function register(context: Context, input: IntentInput<'account.register'>): Promise<void> {
  const phrase = await keysOf(input.phrase)
  const userId = context.newId() as UserId
  const first = await makeFirstIdentity(context, userId, phrase, input.deviceName)
  keepComingDevice(context, first.keys, first.store)
  const session = await context.ports.transport.call(
    'user.register',
    {
      ...(input.token ? { token: input.token } : {}),
      userId,
      userName: input.userName,
      displayName: cleanName(input.displayName),
      password: input.password,
      client: context.ports.client,
      ...first.published,
    },
    'http',
  )
  become(context, session, first.keys, first.store)
}

/** A new identity after the notice period: a new person under the same name (DIR-9). */
export async function resetIdentity(context: Context, input: IntentInput<'identity.reset'>): Promise<void> {
  const phrase = await keysOf(input.phrase)
  const before = await context.ports.transport.call('session.read', {}, 'http')
  const first = await makeFirstIdentity(context, before.userId, phrase, input.deviceName)
  keepComingDevice(context, first.keys, first.store)
  const session = await context.ports.transport.call('identity.reset', first.published, 'http')
  become(context, session, first.keys, first.store)
}

/** Binds the session to the device whose keys are here. */
export async function bindSession(context: Context, session: Session, keys: OwnKeys): Promise<Session> {
  const { sessionId, challenge } = session
  const signature = await signSession(keys, { sessionId, challenge })
  return context.ports.transport.call('session.bind', { deviceId: keys.deviceId, signature }, 'http')
}

async function listDevice(
  context: Context,
  keys: OwnKeys,
  statement: AccountStatement,
  list: DeviceList,
): Promise<void> {
  const added = listed(keys, context.now())
  const devices = await signDeviceList(keys.accountPrivateKey, {
    userId: keys.userId,
    number: list.number + 1,
    accountNumber: statement.number,
    devices: [...list.devices, added],
  })
  const { sealedForDevices } = await sealFor(keys, statement.recoveryKey, [added])
  await context.ports.transport.call('account.update', { devices, sealedForDevices }, 'http')
}

/** Makes this browser a device, by the phrase: everything else comes from the vault (ENG-8). */
export async function restoreDevice(context: Context, input: IntentInput<'device.restore'>): Promise<void> {
  const phrase = await keysOf(input.phrase)
  const session = await context.ports.transport.call('session.read', {}, 'http')
  const { raw, statement, list } = await readOwnAccount(context)
  if (!statement.identityKey.every((byte, index) => byte === phrase.identity.publicKey[index])) {
    throw new IntentError({
      code: 'phrase-wrong',
      message:
        'This phrase belongs to another account. Check that it is the one you wrote down for this one.',
    })
  }
  const opened = await openAccountKeys(
    { kind: 'recovery' },
    phrase.recovery,
    statement,
    raw.sealedForRecovery,
  )
  const device = comingDevice(context, session.userId, statement.identityKey, input.deviceName)
  const keys: OwnKeys = {
    ...device,
    accountNumber: opened.accountNumber,
    accountPrivateKey: opened.accountPrivateKey,
    vaultKeys: [...opened.vaultKeys],
  }
  const isListed = list.devices.some(({ deviceId }) => deviceId === device.deviceId)
  if (!isListed) await listDevice(context, keys, statement, list)
  const bound = session.deviceId === device.deviceId ? session : await bindSession(context, session, keys)
  const packages = await makeKeyPackages(context, keys, KEY_PACKAGES_AHEAD, true)
  become(context, bound, keys, packages.store)
  await context.ports.transport.call(
    'keyPackage.publish',
    {
      keyPackages: packages.keyPackages,
      ...(packages.lastResort ? { lastResort: packages.lastResort } : {}),
    },
    'http',
  )
}
