import type { BlobId, ChannelId, ClientId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { createSigningKeyPair } from './keys.ts'
import { signRedaction } from './redaction-signing.ts'
import { verifyRedaction } from './redaction.ts'
import { code, flipEveryByte, seeded, uuid } from './testing.ts'

const random = seeded(10)
const device = createSigningKeyPair(random)
const redaction = { channelId: uuid<ChannelId>(1), seq: 5, clientId: uuid<ClientId>(2) }

describe('redaction', () => {
  it('names what the device signed, with or without blobs', async () => {
    for (const one of [redaction, { ...redaction, blobs: [uuid<BlobId>(3)] }]) {
      expect(await verifyRedaction(device.publicKey, await signRedaction(device, one))).toEqual(one)
    }
  })

  it('REL-7: names the edits as well, and where the message stood', async () => {
    const edits = [{ seq: 6, clientId: uuid<ClientId>(4) }]
    const one = { ...redaction, edits, stood: 'thread' as const }
    const bytes = await signRedaction(device, one)
    expect(await verifyRedaction(device.publicKey, bytes)).toEqual(one)
    expect(await flipEveryByte(bytes, (changed) => verifyRedaction(device.publicKey, changed))).toEqual([])
  })

  it('is refused from another device, and with any byte changed', async () => {
    const bytes = await signRedaction(device, redaction)
    expect(await code(verifyRedaction(createSigningKeyPair(random).publicKey, bytes))).toBe('signature')
    expect(await flipEveryByte(bytes, (changed) => verifyRedaction(device.publicKey, changed))).toEqual([])
  })
})
