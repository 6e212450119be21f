/**
 * A channel's policy, as the members keep it in the MLS GroupContext (never on the server's word). DESIGN: "Who may
 * enter is decided by members". SPEC.md, section "Policy" (POL-1 to POL-5).
 */
import { Type, type Static } from 'typebox'
import { bytes, object } from './schema.ts'

export const ChannelKind = Type.Union([
  Type.Literal('public'),
  Type.Literal('private'),
  Type.Literal('direct'),
])
export type ChannelKind = Static<typeof ChannelKind>

/**
 * `all`: whoever is a member reads back to the first entry. `joining`: from the epoch that brought them in. `invited`: from the first
 * one that began after the log said that they were invited, or asked to come in (EPO-12).
 */
export const HistoryRule = Type.Union([Type.Literal('all'), Type.Literal('joining'), Type.Literal('invited')])
export type HistoryRule = Static<typeof HistoryRule>

/** Who may write otherwise than about another message: every member, or the moderators only (CH-12). */
export const Writers = Type.Union([Type.Literal('members'), Type.Literal('moderators')])
export type Writers = Static<typeof Writers>

/** Programs that know version 1 only do not know the rule `invited`: it is version 2, and every other policy stays version 1. */
export function policyVersion(history: HistoryRule): 1 | 2 {
  return history === 'invited' ? 2 : 1
}

function isOfItsVersion(policy: unknown): boolean {
  const { version, history } = (policy ?? {}) as { version?: unknown; history?: HistoryRule }
  return history === undefined || version === policyVersion(history)
}

const PolicyFields = object({
  version: Type.Union([Type.Literal(1), Type.Literal(2)]),
  kind: ChannelKind,
  history: HistoryRule,
  /** Days after which entries are erased; 0 keeps them. */
  retentionDays: Type.Integer({ minimum: 0, maximum: 36500 }),
  /** Who may sign an admission: any member, or moderators only. Of no effect in public and direct channels. */
  admitters: Type.Union([Type.Literal('members'), Type.Literal('moderators')]),
  /** Identity keys of the moderators: they alone change the policy. */
  moderators: Type.Array(bytes(32, 32), { maxItems: 100 }),
  /** Direct channels only: the identity keys that may have leaves here. Empty in others. */
  participants: Type.Array(bytes(32, 32), { maxItems: 50 }),
})

/** The content of the policy extension (private-use extension type 0xf0f1), as deterministic CBOR of this object. */
export const ChannelPolicy = Type.Refine(
  PolicyFields,
  isOfItsVersion,
  () => 'has a version that is not its history rule’s',
)
export type ChannelPolicy = Static<typeof ChannelPolicy>
