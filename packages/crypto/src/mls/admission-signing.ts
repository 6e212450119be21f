/** Making the admissions that admission.ts verifies. For clients only: it handles a private key. */
import { uuidToBytes, type ChannelId, type Milliseconds } from '@reforms/protocol'
import { encodeDocument } from '../document.ts'
import { sign, type SigningKeyPair } from '../keys.ts'
import { ADMISSION_LABEL, MAX_ADMISSION_BYTES, SignedAdmission } from './admission.ts'

/** Signed by a device key. Keep the time short: an admission lets its identity key in again until it expires. */
export async function signAdmission(
  device: SigningKeyPair,
  admission: {
    readonly channelId: ChannelId
    readonly identityKey: Uint8Array
    readonly expiry: Milliseconds
  },
): Promise<Uint8Array> {
  const { channelId, identityKey, expiry } = admission
  const body = { group: uuidToBytes(channelId), identityKey, signer: device.publicKey, expiry }
  const signature = await sign(device.privateKey, ADMISSION_LABEL, body)
  return encodeDocument(SignedAdmission, [ADMISSION_LABEL, body, signature], MAX_ADMISSION_BYTES)
}
