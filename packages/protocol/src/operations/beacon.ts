/** Beacons: what members let each other see now, of which the newest one stays. SPEC.md, section "Beacons" (BCN-*). */
import { Type, type Static } from 'typebox'
import { BEACON_MAX_BYTES, BEACON_PAGE_MAX } from '../limits.ts'
import { operation } from '../operation.ts'
import {
  bytes,
  ChannelIdSchema,
  ClientIdSchema,
  DeviceIdSchema,
  EpochSchema,
  GenerationSchema,
  object,
  UserIdSchema,
} from '../schema.ts'

export const BeaconKind = Type.Union([Type.Literal('status'), Type.Literal('receipt')])
export type BeaconKind = Static<typeof BeaconKind>

const said = {
  channelId: ChannelIdSchema,
  kind: BeaconKind,
  generation: GenerationSchema,
  epoch: EpochSchema,
  clientId: ClientIdSchema,
  /** Sealed and signed as a message is, under the kind `beacon` (BCN-1). */
  payload: bytes(1, BEACON_MAX_BYTES),
}

export const Beacon = object({ ...said, userId: UserIdSchema, deviceId: DeviceIdSchema })
export type Beacon = Static<typeof Beacon>

const Cursor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const beaconOperations = {
  'beacon.put': operation({
    method: 'PUT',
    path: '/api/channels/:channelId/beacon',
    permission: 'channel.use',
    summary:
      'Lets the other members see something, in the place of what this user let them see of this kind.',
    input: object(said),
    output: object({}),
    errors: ['stale-epoch', 'removal-pending', 'channel-archived'],
  }),
  'beacon.read': operation({
    method: 'GET',
    path: '/api/beacons',
    permission: 'own',
    summary: 'Beacons in this user’s channels, or in one of them, that came after a cursor.',
    input: object({
      after: Cursor,
      limit: Type.Integer({ minimum: 1, maximum: BEACON_PAGE_MAX }),
      in: Type.Optional(ChannelIdSchema),
    }),
    output: object({ beacons: Type.Array(Beacon), cursor: Cursor, more: Type.Boolean() }),
    errors: [],
  }),
}
