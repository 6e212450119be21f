/** The caller of an operation, as its permission promises it. */
import { ProtocolError, type DeviceId } from '@reforms/protocol'
import type { Actor, Call } from '../ports/call.ts'

/** Throws 'not-signed-in'. */
export function callerOf({ actor }: Call): Actor {
  if (!actor) throw new ProtocolError('not-signed-in')
  return actor
}

export interface DeviceCaller extends Actor {
  readonly deviceId: DeviceId
}

/** Throws 'not-signed-in' or 'session-unbound'. */
export function deviceCallerOf(call: Call): DeviceCaller {
  const actor = callerOf(call)
  const { deviceId } = actor
  if (deviceId === undefined) throw new ProtocolError('session-unbound')
  return { ...actor, deviceId }
}
