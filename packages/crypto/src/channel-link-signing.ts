/** What a channel link's secret gives, and what is signed about it. For clients only: it handles private keys. */
import type { ChannelId, Milliseconds } from '@reforms/protocol'
import { decryptOnce, encryptOnce } from './aead.ts'
import {
  CHANNEL_LINK_LABEL,
  LINK_REQUEST_LABEL,
  MAX_CHANNEL_LINK_BYTES,
  MAX_LINK_REQUEST_BYTES,
  SignedChannelLink,
  SignedLinkRequest,
  type LinkRequest,
} from './channel-link.ts'
import { encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'
import { hkdf } from './hkdf.ts'
import { sign, signingKeyPairFrom, type SigningKeyPair } from './keys.ts'
import { pad, unpad } from './padme.ts'

export const LINK_SECRET_BYTES = 32

export interface OpenedLink {
  /** Signs who somebody is. */
  readonly keys: SigningKeyPair
  /** What the server knows the link by: it leads to none of the others. */
  readonly token: Uint8Array
}

function derive(secret: Uint8Array, purpose: string): Promise<Uint8Array> {
  if (secret.length !== LINK_SECRET_BYTES) throw new CryptoError('bad-key', 'a link’s secret has 32 bytes')
  return hkdf('SHA-256', { secret, info: [`reforms link ${purpose} v1`], length: 32 })
}

/** Throws CryptoError 'bad-key' for what is no link's secret. */
export async function openLink(secret: Uint8Array): Promise<OpenedLink> {
  return {
    keys: signingKeyPairFrom(await derive(secret, 'key')),
    token: await derive(secret, 'token'),
  }
}

/** By a moderator's device. */
export async function signChannelLink(
  device: SigningKeyPair,
  link: { readonly channelId: ChannelId; readonly linkKey: Uint8Array; readonly expiry: Milliseconds },
): Promise<Uint8Array> {
  const body = { ...link, signer: device.publicKey }
  const signature = await sign(device.privateKey, CHANNEL_LINK_LABEL, body)
  return encodeDocument(SignedChannelLink, [CHANNEL_LINK_LABEL, body, signature], MAX_CHANNEL_LINK_BYTES)
}

/** By whoever has the link. */
export async function signLinkRequest(keys: SigningKeyPair, request: LinkRequest): Promise<Uint8Array> {
  const signature = await sign(keys.privateKey, LINK_REQUEST_LABEL, request)
  return encodeDocument(SignedLinkRequest, [LINK_REQUEST_LABEL, request, signature], MAX_LINK_REQUEST_BYTES)
}

const NOTHING = new Uint8Array(0)

/** What the channel is called when the link is made, for who has the link only. Once for each secret. */
export async function sealLinkName(secret: Uint8Array, name: string): Promise<Uint8Array> {
  return encryptOnce(await derive(secret, 'name'), NOTHING, pad(new TextEncoder().encode(name)))
}

/** Throws CryptoError 'tag' or 'malformed'. */
export async function openLinkName(secret: Uint8Array, sealed: Uint8Array): Promise<string> {
  return new TextDecoder().decode(unpad(await decryptOnce(await derive(secret, 'name'), NOTHING, sealed)))
}
