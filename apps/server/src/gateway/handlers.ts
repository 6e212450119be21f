/** The operations that only exist over the gateway: presence and typing (SPEC.md, GW-7). */
import { ProtocolError } from '@reforms/protocol'
import type { Actor, Call, Handlers } from '../ports/call.ts'
import type { Presence } from './presence.ts'

function socketOf(call: Call): { actor: Actor; socketId: string } {
  const { actor, socketId } = call
  if (!actor || socketId === undefined) throw new ProtocolError('unknown-operation')
  return { actor, socketId }
}

export function gatewayHandlers(presence: Presence) {
  return {
    'presence.set': async (input, call) => {
      const { actor, socketId } = socketOf(call)
      presence.set(actor.userId, socketId, input.presence)
      return {}
    },
    'typing.send': async ({ channelId }, call) => {
      const { userId } = socketOf(call).actor
      call.services.bus.toChannel(channelId, { type: 'typing', channelId, userId })
      return {}
    },
  } satisfies Pick<Handlers, 'presence.set' | 'typing.send'>
}
