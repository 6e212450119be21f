/** Signing out of a device takes it out of the device list and forgets everything here. SPEC.md, DIR-8. */
import { CryptoError, signDeviceList } from '@reforms/crypto'
import { ProtocolError } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { emptyDatabase } from '../database-schema.ts'
import { readOwnAccount } from './documents.ts'

export async function signOut(context: Context, disconnect: () => void): Promise<void> {
  if (context.keys) await leaveDeviceList(context)
  disconnect()
  await closeSession(context)
  emptyDatabase(context.database)
  context.transfers.discarded()
  context.keys = undefined
  context.me = undefined
  context.setSession({ state: 'signed-out' })
}

/** The last device stays listed: a list without devices would leave nobody to add the next one's leaves. */
async function leaveDeviceList(context: Context): Promise<void> {
  const keys = context.requireKeys()
  const own = await readTrusted(context)
  if (!own) return
  const { statement, list } = own
  const staying = list.devices.filter((device) => device.deviceId !== keys.deviceId)
  if (staying.length === 0 || staying.length === list.devices.length) return
  const devices = await signDeviceList(keys.accountPrivateKey, {
    userId: keys.userId,
    number: list.number + 1,
    accountNumber: statement.number,
    devices: staying,
  })
  await context.ports.transport.call('account.update', { devices, sealedForDevices: [] }, 'http')
}

/** Nothing is signed after documents that are not this user's; one may sign out all the same. */
async function readTrusted(context: Context) {
  try {
    return await readOwnAccount(context)
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return undefined
  }
}

/** Leaving the list ends the session too; then there is nothing to close. */
async function closeSession(context: Context): Promise<void> {
  try {
    await context.ports.transport.call('session.close', {}, 'http')
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
}
