/** Puts the gateway together; app.ts calls it. */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { channelsOf, headsOf, membersOf } from '../features/channel/membership.ts'
import { findActors, touchSessions } from '../features/policy/index.ts'
import type { Actor, Services } from '../ports/call.ts'
import { Gateway } from './gateway.ts'
import { Hub } from './hub.ts'
import type { Presence } from './presence.ts'
import { Rounds, type RoundSources } from './rounds.ts'
import { addressReader } from './upgrade.ts'

export interface GatewayParts {
  readonly services: Services
  readonly dispatcher: Dispatcher
  readonly hub: Hub
  readonly presence: Presence
  readonly authenticate: (token: string) => Promise<Actor | undefined>
  readonly trustedProxies: readonly string[]
}

function sourcesOf(services: Services): RoundSources {
  return {
    heads: (channelIds) => headsOf(services.sql, channelIds),
    living: async (sessionIds) => new Set((await findActors(services, sessionIds)).keys()),
    touch: (sessionIds) => touchSessions(services, sessionIds),
  }
}

export function createHub({ sql, log }: Services): Hub {
  const rosters = {
    channelsOf: (userId: UserId) => channelsOf(sql, userId),
    membersOf: (channelId: ChannelId) => membersOf(sql, channelId),
  }
  return new Hub(rosters, log)
}

export function createGateway(parts: GatewayParts): { rounds: Rounds; gateway: Gateway } {
  const { services, dispatcher, hub, presence, authenticate, trustedProxies } = parts
  const rounds = new Rounds(hub, sourcesOf(services), services.log)
  const gateway = new Gateway({
    services,
    dispatcher,
    hub,
    presence,
    rounds,
    findActor: async ({ sessionId }) => (await findActors(services, [sessionId])).get(sessionId),
    upgrade: {
      publicUrl: services.publicUrl,
      authenticate,
      addressOf: addressReader(trustedProxies),
      admitAddress: (address) => dispatcher.admitAddress(address),
    },
  })
  return { rounds, gateway }
}
