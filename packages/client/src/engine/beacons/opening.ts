/** Opening a beacon: as a message is read, by the epoch record and the signer's leaf. SPEC.md, BCN-1, BCN-3. */
import { CryptoError, decryptMessage, knownBeacon, type BeaconContent } from '@reforms/crypto'
import type { Beacon } from '@reforms/protocol'
import { proofOf, proveLeaves } from '../account/leaf-proofs.ts'
import { signerOf } from '../channel/signer.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { hadLeaf, readEpoch, readSigner } from '../tables/epochs.ts'
import type { LeafKeys } from '../tables/proven-leaves.ts'

/** `waiting` while its key, the signer's leaf or its proof is not here, or they are not in; `bad` where it is not genuine, or nothing that is known here. */
export async function openBeacon(
  context: Context,
  beacon: Beacon,
): Promise<BeaconContent | 'waiting' | 'bad'> {
  const { channelId, userId, deviceId, clientId, generation, epoch, kind, payload } = beacon
  const record = readEpoch(context.database, channelId, generation, epoch)
  const signer = signerOf(context, { channelId, generation, epoch, sender: deviceId })
  if (!record || !signer) return 'waiting'
  if (signer.userId !== userId) return 'bad'
  if (!isIn(context, beacon, signer)) return 'waiting'
  await proveLeaves(context, [signer])
  const proof = proofOf(context, signer)
  if (proof !== 'proven') return proof === 'false-leaf' ? 'bad' : 'waiting'
  const place = {
    kind: 'beacon' as const,
    channelId,
    generation,
    epochId: record.epochId,
    deviceId,
    clientId,
  }
  const keys = { epochSecret: record.secret, signerPublicKey: signer.signatureKey }
  try {
    const content = knownBeacon(await decryptMessage({ ...place, ...keys, payload }))
    return content?.type === kind ? content : 'bad'
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    context.ports.log.warn('a beacon does not verify', { code: error.code })
    return 'bad'
  }
}

/** Whoever has gone keeps the keys of old epochs: with a server's help they would go on being seen. */
function isIn({ database }: Context, { channelId, deviceId }: Beacon, { identityKey }: LeafKeys): boolean {
  const row = readChannel(database, channelId)
  if (row?.groupSeq === undefined) return false
  const { generation, epoch } = row
  // The device itself as a rule; another of theirs, where it was replaced since.
  return (
    readSigner(database, channelId, generation, epoch, deviceId) !== undefined ||
    hadLeaf(database, channelId, identityKey, { generation, epoch })
  )
}
