/** Making invite links to a channel, and opening them. SPEC.md, LINK-1 to LINK-3. */
import {
  CryptoError,
  hashDocument,
  LINK_SECRET_BYTES,
  openLink,
  openLinkName,
  sealLinkName,
  signChannelLink,
  signLinkRequest,
} from '@reforms/crypto'
import { cleanName, ERRORS, type LinkId } from '@reforms/protocol'
import { IntentError, type IntentInput, type IntentOutput } from '../../engine-api.ts'
import { refreshChannel } from '../channel-list.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'

const HOUR_MS = 60 * 60 * 1000
/** 32 bytes as unpadded base64url, which is what stands in an address. */
const SECRET_TEXT = /^[A-Za-z0-9_-]{43}$/

function textOf(secret: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...secret))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Throws IntentError for what is no link. */
function secretOf(text: string): Uint8Array {
  if (!SECRET_TEXT.test(text)) throw noLink()
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function noLink(): IntentError {
  return new IntentError({ code: 'invitation-invalid', message: ERRORS['invitation-invalid'].message })
}

async function createLink(
  context: Context,
  { channelId, uses, expiresInHours }: IntentInput<'channelLink.create'>,
): Promise<IntentOutput<'channelLink.create'>> {
  const row = readChannel(context.database, channelId)
  if (!row) throw new IntentError({ code: 'not-found', message: 'This channel is not here any more.' })
  const secret = context.ports.random(LINK_SECRET_BYTES)
  const { keys, token } = await openLink(secret)
  const expiry = context.now() + expiresInHours * HOUR_MS
  const statement = await signChannelLink(context.requireKeys().signature, {
    ...{ channelId, linkKey: keys.publicKey, expiry },
  })
  await context.ports.transport.call('channelLink.create', {
    ...{ channelId, linkId: context.newId() as LinkId, statement, uses },
    tokenHash: hashDocument(token),
    sealedName: await sealLinkName(secret, row.name),
  })
  return { secret: textOf(secret) }
}

async function checkLink(
  context: Context,
  input: IntentInput<'channelLink.check'>,
): Promise<IntentOutput<'channelLink.check'>> {
  const secret = secretOf(input.secret)
  const { token } = await openLink(secret)
  const answer = await context.ports.transport.call('channelLink.check', { token }, 'http')
  const { sealedName, invitedBy, ...found } = answer
  const inviter = invitedBy === undefined ? {} : { invitedBy: cleanName(invitedBy) }
  try {
    return { ...found, ...inviter, name: cleanName(await openLinkName(secret, sealedName)) }
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    throw noLink()
  }
}

/** Signs, with the link's key, who this user is: for the members' devices. */
async function askByLink(
  context: Context,
  input: IntentInput<'channelLink.ask'>,
): Promise<IntentOutput<'channelLink.ask'>> {
  const { keys, token } = await openLink(secretOf(input.secret))
  const { userId, identityKey } = context.requireKeys()
  const { channelId } = await context.ports.transport.call('channelLink.check', { token }, 'http')
  const request = await signLinkRequest(keys, { channelId, userId, identityKey })
  const asked = await context.ports.transport.call('channelLink.ask', { token, request }, 'http')
  if (asked.place === 'in') {
    await refreshChannel(context, channelId)
    context.poke(channelId)
  }
  return asked
}

export function inviteLinkIntents(context: Context) {
  const { transport } = context.ports
  return {
    'channelLink.create': (input: IntentInput<'channelLink.create'>) => createLink(context, input),
    'channelLink.list': async (input: IntentInput<'channelLink.list'>) =>
      (await transport.call('channelLink.list', input)).links,
    'channelLink.revoke': async (input: IntentInput<'channelLink.revoke'>) => {
      await transport.call('channelLink.revoke', input)
    },
    'channelLink.check': (input: IntentInput<'channelLink.check'>) => checkLink(context, input),
    'channelLink.ask': (input: IntentInput<'channelLink.ask'>) => askByLink(context, input),
  }
}
