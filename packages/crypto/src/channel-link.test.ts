import type { ChannelId, UserId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  openLink,
  openLinkName,
  sealLinkName,
  signChannelLink,
  signLinkRequest,
} from './channel-link-signing.ts'
import { verifyChannelLink, verifyLinkRequest } from './channel-link.ts'
import { createSigningKeyPair } from './keys.ts'
import { seeded, uuid } from './testing.ts'

const random = seeded(11)
const secret = random(32)
const device = createSigningKeyPair(random)
const [channelId, userId] = [uuid<ChannelId>(1), uuid<UserId>(2)]
const identityKey = random(32)

describe('a link to a channel', () => {
  it('LINK-1: its keys, its name and what the server knows it by follow from the secret, and not from each other', async () => {
    const [one, again, other] = [await openLink(secret), await openLink(secret), await openLink(random(32))]
    expect(again).toEqual(one)
    expect(other.token).not.toEqual(one.token)
    expect(one.token).not.toEqual(one.keys.privateKey)
    expect((await openLink(one.token)).keys.publicKey).not.toEqual(one.keys.publicKey)
    await expect(openLink(random(31))).rejects.toMatchObject({ code: 'bad-key' })
    const sealed = await sealLinkName(secret, 'Ward 3')
    expect(await openLinkName(secret, sealed)).toBe('Ward 3')
    await expect(openLinkName(one.token, sealed)).rejects.toMatchObject({ code: 'tag' })
  })

  it('LINK-2: a device signs for it, and whoever has it for who they are; nothing else is taken', async () => {
    const { keys } = await openLink(secret)
    const link = { channelId, linkKey: keys.publicKey, expiry: 5 }
    const signed = await signChannelLink(device, link)
    expect(await verifyChannelLink(signed)).toEqual({ ...link, signer: device.publicKey })
    const request = { channelId, userId, identityKey }
    const asked = await signLinkRequest(keys, request)
    expect(await verifyLinkRequest(keys.publicKey, asked)).toEqual(request)
    const changed = (bytes: Uint8Array) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)
    for (const check of [
      () => verifyChannelLink(changed(signed)),
      () => verifyLinkRequest(keys.publicKey, changed(asked)),
      () => verifyLinkRequest(device.publicKey, asked),
    ])
      await expect(check()).rejects.toMatchObject({ code: 'signature' })
    await expect(verifyLinkRequest(keys.publicKey, signed)).rejects.toMatchObject({ code: 'malformed' })
    await expect(verifyChannelLink(asked)).rejects.toMatchObject({ code: 'malformed' })
  })
})
