/** Puts the gateway together; app.ts calls it. */
import type { ChannelId, SessionId, UserId } from '@reforms/protocol'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { AskedTogether } from '../features/asked-together.ts'
import { channelsOfEach, headsOf, membersOf } from '../features/channel/membership.ts'
import { changedActors, changedUsers, findActors, touchSessions } from '../features/policy/index.ts'
import type { Actor, Services } from '../ports/call.ts'
import { Gateway } from './gateway.ts'
import { Hub } from './hub.ts'
import { Followed } from './known-actor.ts'
import { WriteRounds } from './outgoing.ts'
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
    changedUsers: (since) => changedUsers(services, since),
    changed: (actors) => changedActors(services, actors),
    touch: (sessionIds) => touchSessions(services, sessionIds),
  }
}

export function createHub({ sql, log }: Services): Hub {
  const channels = new AskedTogether((userIds: readonly UserId[]) => channelsOfEach(sql, userIds))
  const rosters = {
    channelsOf: (userId: UserId) => channels.ask(userId),
    membersOf: (channelId: ChannelId) => membersOf(sql, channelId),
  }
  return new Hub(rosters, log)
}

export function createGateway(parts: GatewayParts): { rounds: Rounds; gateway: Gateway } {
  const { services, dispatcher, hub, presence, authenticate, trustedProxies } = parts
  const actors = new AskedTogether(async (sessionIds: readonly SessionId[]) => {
    const found = await findActors(services, sessionIds)
    return sessionIds.map((sessionId) => found.get(sessionId))
  })
  const looked = { hub, followed: new Followed(), writeRounds: new WriteRounds() }
  const rounds = new Rounds(looked, sourcesOf(services), services.log)
  const gateway = new Gateway({
    services,
    dispatcher,
    ...looked,
    presence,
    rounds,
    findActor: ({ sessionId }) => actors.ask(sessionId),
    upgrade: {
      publicUrl: services.publicUrl,
      authenticate,
      addressOf: addressReader(trustedProxies),
      admitAddress: (address) => dispatcher.admitAddress(address),
    },
  })
  return { rounds, gateway }
}
