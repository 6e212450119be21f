/** The channel's policy as the only GroupContext extension (private-use type 0xf0f1). SPEC.md, POL-1 to POL-5. */
import { ChannelPolicy } from '@reforms/protocol'
import type { Extension } from 'ts-mls'
import { decodeDocument, encodeDocument } from '../document.ts'
import { MlsRefused } from './refusal.ts'

export const POLICY_EXTENSION_TYPE = 0xf0f1
const MAX_POLICY_BYTES = 8192

/** Throws CryptoError 'malformed' for a policy that its schema refuses. */
export function policyExtensions(policy: ChannelPolicy): Extension[] {
  return [
    {
      extensionType: POLICY_EXTENSION_TYPE,
      extensionData: encodeDocument(ChannelPolicy, policy, MAX_POLICY_BYTES),
    },
  ]
}

/** Throws MlsRefused 'policy-not-allowed' unless there is one well-formed policy and nothing else. */
export function policyFrom(extensions: readonly Extension[]): ChannelPolicy {
  const [extension] = extensions
  if (extensions.length !== 1 || extension?.extensionType !== POLICY_EXTENSION_TYPE) {
    throw new MlsRefused('policy-not-allowed', 'the group has one extension: its policy')
  }
  try {
    return decodeDocument(ChannelPolicy, extension.extensionData, MAX_POLICY_BYTES)
  } catch {
    throw new MlsRefused('policy-not-allowed', 'the policy is malformed')
  }
}
