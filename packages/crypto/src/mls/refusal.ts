/**
 * Why MLS bytes are refused: the one error of src/mls. Every code but `cannot-process` means that the bytes are wrong
 * for everybody; `cannot-process` may be this device's own trouble (DESIGN.md, "Generations").
 */
import type { DeviceId } from '@reforms/protocol'

export type RefusalCode =
  /** Not the bytes that our encoder would have made, or more of them than allowed. */
  | 'malformed'
  /** Another MLS version or ciphersuite than ours. */
  | 'wrong-suite'
  /** For another channel or generation. */
  | 'wrong-group'
  /** For another epoch than the group's present one. */
  | 'wrong-epoch'
  /** A signature that does not verify. */
  | 'bad-signature'
  /** Not a commit with a path whose proposals are all inline and of the kinds that we use. */
  | 'unsupported-commit'
  /** A tree, path or GroupInfo that does not fit the group's state. */
  | 'bad-tree'
  /** A GroupInfo that does not say what the commit makes of the group. */
  | 'bad-group-info'
  /** A leaf whose credential is not ours: basic, deterministic CBOR [userId, deviceId, identityKey]. */
  | 'bad-credential'
  /** A tree that would be larger than it may be (LIM-7): whoever is not in has to wait. */
  | 'tree-full'
  /** A leaf that cannot do what the group needs. */
  | 'bad-capabilities'
  /** A committer whose new leaf names another device or key than the old one. */
  | 'identity-changed'
  /** A device, or a device's key, that would be in the group twice. */
  | 'duplicate-device'
  /** An identity key that would stand for two users. */
  | 'identity-taken'
  /** A proposal about a leaf that is not there. */
  | 'unknown-leaf'
  /** authenticated_data that is not commit evidence. */
  | 'bad-evidence'
  /** An added leaf without its user's signed device list. */
  | 'unproven-device'
  /** An added leaf whose identity key nobody let in. */
  | 'not-admitted'
  /** An external commit that removes somebody else. */
  | 'foreign-removal'
  /** A policy that is malformed, or changed by somebody who may not. */
  | 'policy-not-allowed'
  /** A key package outside its lifetime. */
  | 'expired'
  /** No key package of ours fits the Welcome. */
  | 'no-key-package'
  /** Publicly right, but this device cannot follow: a path secret that is wrong, say. */
  | 'cannot-process'
  /** By a member who had this very epoch's secret, with a path that opens, and still it leads nowhere: its maker's fault (GEN-2). */
  | 'leads-nowhere'

export class MlsRefused extends Error {
  readonly code: RefusalCode
  /** Whose leaf the refusal is about: one that is added, or whose commit leads nowhere. */
  readonly deviceId: DeviceId | undefined

  constructor(code: RefusalCode, message: string, deviceId?: DeviceId) {
    super(message)
    this.name = 'MlsRefused'
    this.code = code
    this.deviceId = deviceId
  }
}

/** Runs a step of the library; whatever it throws becomes a refusal with this code. */
export async function refusing<T>(code: RefusalCode, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof MlsRefused) throw error
    throw new MlsRefused(code, error instanceof Error ? error.message : 'refused')
  }
}
