/**
 * What tabs and the engine's worker say to each other. Everybody hears the shared channel; each tab has a channel of its own,
 * so that a file or a timeline is copied to nobody else. Everything here is structured-cloneable. Both sides import it.
 *
 * 1. A leader's term is the time of its election: of two leaders the one with the later term is right, the other ends.
 * 2. A tab exists as long as it holds its own lock; it announces itself to every leader that it hears of.
 * 3. Messages on a tab's channel name the term that they belong to; those of another term are ignored.
 */
import type { IntentName, IntentProblem, Notification, QueryName } from '@reforms/client'

export const SHARED_CHANNEL = 'reforms-engine'
export const LEADER_LOCK = 'reforms-leader'
export const HEARTBEAT_MS = 1000

/** The name of a tab's own channel, and of the lock that it holds while it exists. */
export function tabName(tab: string): string {
  return `reforms-tab-${tab}`
}

export type SharedMessage =
  | ({ kind: 'heartbeat'; term: number; hidden: boolean } & EngineCondition)
  /** A tab is here. `term`: the leader that has welcomed it already. */
  | { kind: 'tab'; tab: string; visible: boolean; term: number | undefined }
  /** A visible tab asks a hidden leader for the engine. */
  | { kind: 'hand-over'; to: string }
  /** The engine has stopped and its database is closed: this tab may take the lock. */
  | { kind: 'handed-over'; to: string }

export type EngineCondition =
  { state: 'starting' } | { state: 'running' } | { state: 'failed'; problem: string }

export type ToEngine = { term: number } & (
  | { kind: 'watch'; id: number; query: QueryName; params: unknown }
  | { kind: 'unwatch'; id: number }
  | { kind: 'send'; id: number; intent: IntentName; input: unknown }
)

export type ToTab = { term: number } & (
  | { kind: 'welcome' }
  | { kind: 'snapshot'; id: number; snapshot: unknown }
  /** A request has arrived; what becomes of it is told by one of the next two. */
  | { kind: 'received'; id: number }
  | { kind: 'done'; id: number; output: unknown }
  | { kind: 'refused'; id: number; problem: IntentProblem }
  | { kind: 'notification'; notification: Notification }
)

/** Between the leading page and its own worker. */
export type ToWorker =
  /** `condition`: what is said of the engine until it runs, so that a problem stands until it is over. */
  | { kind: 'lead'; term: number; tab: string; hidden: boolean; condition: EngineCondition }
  | { kind: 'hidden'; hidden: boolean }
  /** With a port to that tab, which takes the bytes of files there. */
  | { kind: 'lane'; tab: string }
export type FromWorker =
  | { kind: 'loaded' }
  | { kind: 'ended'; why: EndReason }
  /** For its own page, which is handed the bytes of a file without a lane. */
  | { kind: 'answer'; message: ToTab }
export type EndReason = 'handed-over' | 'superseded' | { failed: string }
