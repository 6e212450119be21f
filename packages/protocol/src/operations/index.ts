/** The table of all operations, by name. */
import type { InputOf, OutputOf } from '../operation.ts'
import { administrationOperations } from './administration.ts'
import { beaconOperations } from './beacon.ts'
import { channelLinkOperations } from './channel-link.ts'
import { channelOperations } from './channel.ts'
import { directoryOperations } from './directory.ts'
import { emojiOperations } from './emoji.ts'
import { logOperations } from './log.ts'
import { sessionOperations } from './session.ts'
import { storageOperations } from './storage.ts'
import { teamOperations } from './team.ts'

export const OPERATIONS = {
  ...sessionOperations,
  ...directoryOperations,
  ...channelOperations,
  ...channelLinkOperations,
  ...logOperations,
  ...beaconOperations,
  ...storageOperations,
  ...administrationOperations,
  ...teamOperations,
  ...emojiOperations,
}

export type OperationName = keyof typeof OPERATIONS
export type Input<N extends OperationName> = InputOf<(typeof OPERATIONS)[N]>
export type Output<N extends OperationName> = OutputOf<(typeof OPERATIONS)[N]>

export function isOperationName(text: string): text is OperationName {
  return Object.hasOwn(OPERATIONS, text)
}
