/**
 * People with devices and signed documents, and a small channel in which they hold a group, for tests of src/mls. For
 * tests only.
 */
import type { ChannelId, ChannelPolicy, DeviceId, UserId } from '@reforms/protocol'
import { signAccountStatement, signDeviceList } from '../account-signing.ts'
import { createSealingKeyPair, createSigningKeyPair, type SigningKeyPair } from '../keys.ts'
import { seeded, uuid } from '../testing.ts'
import { signAdmission } from './admission-signing.ts'
import type { DeviceIdentity } from './credential.ts'
import { encodeCommitEvidence, type CommitEvidence } from './evidence.ts'
import { MlsRefused } from './refusal.ts'

export const NOW = 1_800_000_000_000
export const DAY_MS = 86_400_000
export const CHANNEL = uuid<ChannelId>(0xc0)

export interface Person {
  readonly userId: UserId
  readonly identity: SigningKeyPair
  readonly devices: DeviceIdentity[]
  /** What a commit that adds one of the devices carries. */
  readonly proof: CommitEvidence['proofs'][number]
}

function deviceOf(
  userId: UserId,
  identity: SigningKeyPair,
  deviceId: DeviceId,
  seed: number,
): DeviceIdentity {
  const signature = createSigningKeyPair(seeded(seed))
  return { userId, deviceId, identityKey: identity.publicKey, signature }
}

/** The same number gives the same person. */
export async function person(n: number, deviceCount = 1): Promise<Person> {
  const random = seeded(n * 1000)
  const userId = uuid<UserId>(n)
  const identity = createSigningKeyPair(random)
  const account = createSigningKeyPair(random)
  const recoveryKey = createSealingKeyPair(random).publicKey
  const devices = Array.from({ length: deviceCount }, (_, i) =>
    deviceOf(userId, identity, uuid(n * 100 + i), n * 1000 + i + 1),
  )
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  const listed = devices.map(({ deviceId, signature }) => ({
    deviceId,
    signatureKey: signature.publicKey,
    sealingKey: recoveryKey,
    name: `device ${deviceId}`,
    addedAt: NOW,
  }))
  const list = { userId, number: 1, accountNumber: 1, devices: listed }
  const proof = {
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
  }
  return { userId, identity, devices, proof }
}

export function policyWith(changes: Partial<ChannelPolicy> = {}): ChannelPolicy {
  return {
    version: 1,
    kind: 'public',
    history: 'all',
    retentionDays: 0,
    admitters: 'members',
    moderators: [],
    participants: [],
    ...changes,
  }
}

export function evidenceFor(people: readonly Person[], admissions: Uint8Array[] = []): Uint8Array {
  return encodeCommitEvidence({ admissions, proofs: people.map(({ proof }) => proof) })
}

export function admit(
  signer: DeviceIdentity,
  admitted: Person,
  { channelId = CHANNEL, expiry = NOW + DAY_MS }: { channelId?: ChannelId; expiry?: number } = {},
): Promise<Uint8Array> {
  const { publicKey: identityKey } = admitted.identity
  return signAdmission(signer.signature, { channelId, identityKey, expiry })
}

/** The code of the MlsRefused that this rejects with; 'accepted' when it does not. Any other error is a failure. */
export async function refusal(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome
  } catch (error) {
    if (error instanceof MlsRefused) return error.code
    throw error
  }
  return 'accepted'
}
