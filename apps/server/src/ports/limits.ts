/**
 * What the server limits besides the protocol's caps (SPEC.md, LIM-1): how much one user may keep here, how often
 * something may happen, what following groups may cost, and how many requests are taken. Each has a safe default; `Services.limits` changes it.
 */
import { limits } from '@reforms/protocol'
import { availableParallelism } from 'node:os'
import type { Services } from './call.ts'

const MIB = 1024 * 1024

export const SERVER_LIMITS = {
  /** How long a device may hold a turn to commit. */
  turnMs: limits.TURN_MS,
  /** Between two turns in a channel, unless a removal waits. */
  turnRestMs: 2000,
  /** Key packages that one user's turns may use up in an hour; then last resorts are handed out. */
  keyPackageClaimsPerHour: 1000,
  /** Key packages of one device that one user's turns may use up in an hour. */
  keyPackageClaimsOfDevicePerHour: 10,
  /** Commits of one user in one channel in an hour that bring nobody in or out: anew under another key, or in again. */
  idleCommitsPerHour: 20,
  /** How often one user may ask to come into one public channel in an hour. */
  joinsPerHour: 20,
  /** Generations of one channel that one user may found in an hour. */
  foundingsPerHour: 6,
  /** Teams that one user may make, change and end in an hour: everybody reads all of them again. */
  teamChangesPerHour: 100,
  /** How often one user may change their name in an hour: everybody reads it again. */
  nameChangesPerHour: 20,
  /** Channels that one user may have made. */
  channelsPerUser: 2000,
  /** Sealed envelopes that wait for one device. */
  envelopesPerDevice: 2000,
  /** Sealed envelopes of one user's devices that wait anywhere... */
  envelopesFromUser: 5000,
  /** ...and for the devices of one other user: nobody alone fills somebody's mailbox, nor uses up their sender's. */
  envelopesBetweenUsers: 200,
  vaultRecords: 50_000,
  vaultBytes: 512 * MIB,
  blobBytesPerUser: 10_240 * MIB,
  blobsUnfinishedPerUser: 50,
  /** Threads that follow groups: one core is left to everything else. */
  groupWorkers: Math.max(1, Math.min(4, availableParallelism() - 1)),
  /** Memory of one such thread; what needs more is refused. */
  groupWorkerMib: 512,
  /** The longest that following one commit, or opening one founded group, may take. */
  groupJobMs: 10_000,
  groupJobsWaiting: 128,
  groupJobsWaitingPerUser: 16,
  /** All requests from one address, in the long run and at once: a whole organisation may share it. */
  addressRequestsPerSecond: 500,
  addressRequestsAtOnce: 5000,
  /** Those from one address that need no sign-in. */
  openRequestsPerSecond: 20,
  openRequestsAtOnce: 300,
  /** Of one session. */
  sessionRequestsPerSecond: 100,
  sessionRequestsAtOnce: 1000,
  /** What one session says: each message goes to all members. */
  appendsPerSecond: 50,
  appendsAtOnce: 500,
} satisfies Record<string, number>

export type ServerLimits = { [Name in keyof typeof SERVER_LIMITS]: number }

export function limitOf({ limits: changed }: Pick<Services, 'limits'>, name: keyof ServerLimits): number {
  return changed?.[name] ?? SERVER_LIMITS[name]
}
