/**
 * The device that this profile is about to become, kept from before the server hears of it until it is one: who was interrupted
 * goes on with it, and leaves no device behind whose keys nobody has. SPEC.md, DIR-6.
 */
import type { UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { makeDevice, type NewDevice } from './documents.ts'

const COMING_DEVICE = 'coming-device'

/** Forgotten with all else once the profile is this device. */
export function keepComingDevice(context: Context, device: NewDevice): void {
  const { userId, identityKey, deviceName, deviceId, signature, sealing } = device
  context.database.transaction(() =>
    writeSetting(context.database, COMING_DEVICE, {
      userId,
      identityKey,
      deviceName,
      deviceId,
      signature: { publicKey: signature.publicKey, privateKey: signature.privateKey },
      sealing: { publicKey: sealing.publicKey, privateKey: sealing.privateKey },
    }),
  )
}

/** Of this user and this identity; undefined where there is none. */
export function readComingDevice(context: Context, userId: UserId): NewDevice | undefined {
  const kept = readSetting(context.database, COMING_DEVICE) as NewDevice | undefined
  return kept?.userId === userId ? kept : undefined
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
