/**
 * Safety numbers: 60 digits that two people compare to know that they hold each other's identity keys. Same for both
 * sides. DESIGN: "Identity and keys". Needs public keys only.
 */
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { encodeCbor, type UserId } from '@reforms/protocol'

const SAFETY_LABEL = 'reforms safety number v1'
/** Rounds of SHA-512: they make searching for a key with the same digits about 2^12 times dearer. */
const SAFETY_ROUNDS = 5200
const GROUPS_EACH = 6
const GROUP_BYTES = 5

function digits(identityKey: Uint8Array, userId: UserId): string {
  let hash: Uint8Array = sha512(encodeCbor([SAFETY_LABEL, identityKey, userId]))
  for (let round = 1; round < SAFETY_ROUNDS; round += 1) hash = sha512(concatBytes(hash, identityKey))
  const groups = Array.from({ length: GROUPS_EACH }, (_, group) => {
    const bytes = hash.subarray(GROUP_BYTES * group, GROUP_BYTES * (group + 1))
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    return String(number % 100_000).padStart(5, '0')
  })
  return groups.join(' ')
}

/** Twelve groups of five digits, in the same order whoever asks. */
export async function safetyNumber(
  identityKeyA: Uint8Array,
  userIdA: UserId,
  identityKeyB: Uint8Array,
  userIdB: UserId,
): Promise<string> {
  return [digits(identityKeyA, userIdA), digits(identityKeyB, userIdB)].sort().join(' ')
}
