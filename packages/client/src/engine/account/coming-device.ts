/**
 * The device that this profile is about to become, kept from before the server hears of it until it is one: who was interrupted
 * goes on with it, and leaves no device behind whose keys nobody has. SPEC.md, DIR-6.
 */
import type { UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { makeDevice, type NewDevice } from './documents.ts'

/** By user: signing up once more, with a link that is used up, must not forget whom the first attempt made. */
const nameFor = (userId: UserId) => `coming-device/${userId}`

/** Forgotten once the profile is this device. `store` keeps, with it, what is published with it: its key packages. */
export function keepComingDevice(context: Context, device: NewDevice, store?: () => void): void {
  const { userId, identityKey, deviceName, deviceId, signature, sealing } = device
  context.database.transaction(() => {
    store?.()
    writeSetting(context.database, nameFor(userId), {
      userId,
      identityKey,
      deviceName,
      deviceId,
      signature: { publicKey: signature.publicKey, privateKey: signature.privateKey },
      sealing: { publicKey: sealing.publicKey, privateKey: sealing.privateKey },
    })
  })
}

/** Undefined where none was begun. */
export function readComingDevice(context: Context, userId: UserId): NewDevice | undefined {
  return readSetting(context.database, nameFor(userId)) as NewDevice | undefined
}

/** The one that was begun, or a new one. */
export function comingDevice(
  context: Context,
  userId: UserId,
  identityKey: Uint8Array,
  deviceName: string,
): NewDevice {
  const kept = readComingDevice(context, userId)
  if (kept && sameBytes(kept.identityKey, identityKey)) return kept
  const device = makeDevice(context, userId, identityKey, deviceName)
  keepComingDevice(context, device)
  return device
}
