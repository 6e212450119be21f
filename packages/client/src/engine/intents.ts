/** The table of intents: what a view asks for, and who does it. One handler each. */
import { checkPhrase, createPhrase, safetyNumber } from '@reforms/crypto'
import { cleanLines, cleanName, limits, type Session } from '@reforms/protocol'
import type { IntentInput, IntentName, IntentOutput } from '../engine-api.ts'
import { IntentError } from '../engine-api.ts'
import { removeDevice } from './account/devices.ts'
import { meOf, register, resetIdentity, restoreDevice } from './account/registering.ts'
import { refreshSession } from './account/own-session.ts'
import { signOut } from './account/signing-out.ts'
import { addMembers, createChannel, openDirect } from './channel/creating.ts'
import {
  discardMessage,
  forwardMessage,
  redactMessage,
  retryMessage,
  sendMessage,
} from './channel/composing.ts'
import { fetchBackTo } from './channel/fetching.ts'
import { inviteLinkIntents } from './channel/invite-links.ts'
import { describeChannel } from './channel/describing.ts'
import { leaveChannel } from './channel/leaving.ts'
import { focus } from './channel/new-since.ts'
import { changePolicy } from './channel/policy-change.ts'
import { createPoll, endPoll, voteInPoll } from './channel/polling.ts'
import { editMessage, pinMessage, reactToMessage, versionsOf } from './channel/relating.ts'
import { announceSettings } from './channel/settings-message.ts'
import { isModeratorHere } from './channel/writers.ts'
import { refreshChannel } from './channel-list.ts'
import type { Connecting } from './connecting.ts'
import type { Context } from './context.ts'
import { emptyDatabase } from './database-schema.ts'
import { personalIntents } from './personal/intents.ts'
import type { Indexing } from './search/indexing.ts'
import { readChannel, saveNames } from './tables/channels.ts'
import { hasNewIdentity, readPerson, saveIdentityKnown } from './tables/people.ts'
import { emojiIntents } from './emoji.ts'
import { teamIntents } from './teams.ts'
import { newIdentityWords } from './views/channels.ts'
import { historyPage } from './views/history-page.ts'
import { saveReadPosition, saveThreadRead } from './vault.ts'

export type IntentHandlers = { [N in IntentName]: (input: IntentInput<N>) => Promise<IntentOutput<N>> }

/** The unbound state of a session, with how far a reset of the identity has come. */
export function unboundState(session: Session) {
  const reset = session.resetRequestedAt !== undefined
  return {
    state: 'unbound' as const,
    me: meOf(session),
    ...(reset
      ? {
          reset: {
            requested: true,
            ...(session.resetAt === undefined ? {} : { at: session.resetAt }),
            ready: session.resetReady ?? false,
          },
        }
      : {}),
  }
}

export function createIntents(context: Context, connecting: Connecting, indexing: Indexing): IntentHandlers {
  return {
    ...wayIn(context, connecting),
    ...ownAccount(context, connecting),
    ...channels(context),
    ...inviteLinkIntents(context),
    ...messages(context),
    'search.fetchHistory': async ({ fetch }) => indexing.setFetches(fetch),
    'history.fetch': ({ channelId }) => indexing.fetchPage(channelId),
    'history.read': async (input) => historyPage(context, input),
    ...administration(context),
    ...teamIntents(context),
    ...emojiIntents(context),
    ...personalIntents(context),
  }
}

type Group<P extends string> = Pick<IntentHandlers, Extract<IntentName, P>>

function wayIn(context: Context, connecting: Connecting) {
  const { transport } = context.ports
  return {
    'link.check': (input) => transport.call('invitation.check', input, 'http'),
    'server.info': async () => transport.call('server.read', {}, 'http'),
    'phrase.create': async () => ({ phrase: createPhrase(context.ports.random) }),
    'phrase.check': async ({ phrase }) => {
      const checked = checkPhrase(phrase)
      return checked.ok ? { ok: true } : checked
    },
    'account.register': async (input) => {
      await register(context, input)
      await connecting.connect()
    },
    'session.open': (input) => openSession(context, connecting, input),
    'device.restore': async (input) => {
      await restoreDevice(context, input)
      await connecting.connect()
    },
    'identity.requestReset': async () => {
      await transport.call('identity.requestReset', {}, 'http')
      context.setSession(unboundState(await transport.call('session.read', {}, 'http')))
    },
    'identity.reset': async (input) => {
      await resetIdentity(context, input)
      await connecting.connect()
    },
    'password.reset': (input) => transport.call('password.reset', input, 'http'),
  } satisfies Group<
    | 'link.check'
    | 'server.info'
    | 'phrase.create'
    | 'phrase.check'
    | 'account.register'
    | 'session.open'
    | 'device.restore'
    | 'identity.requestReset'
    | 'identity.reset'
    | 'password.reset'
  >
}

async function openSession(
  context: Context,
  connecting: Connecting,
  { userName, password }: IntentInput<'session.open'>,
): Promise<void> {
  const { transport, client } = context.ports
  const session = await transport.call('session.open', { userName, password, client }, 'http')
  if (context.keys && context.keys.userId !== session.userId) {
    emptyDatabase(context.database)
    context.keys = undefined
  }
  if (context.keys) {
    context.session = { state: 'signed-out' }
    await connecting.connect()
    // Anything but a refused device passes by itself: what is here, and what waits to be sent, stays.
    const refused = context.session.state === 'signed-out' && context.session.reason === 'removed'
    if (!refused) return
    // This device is not one of the user's any more: it begins anew, by the phrase.
    emptyDatabase(context.database)
    context.keys = undefined
  }
  context.me = meOf(session)
  context.setSession(unboundState(session))
}

function ownAccount(context: Context, connecting: Connecting) {
  const { transport } = context.ports
  return {
    'session.close': () => signOut(context, () => connecting.disconnect()),
    'session.closeOthers': () => transport.call('session.closeOthers', {}),
    'device.remove': ({ deviceId, phrase }) => removeDevice(context, deviceId, phrase),
    'identity.cancelReset': async () => {
      await transport.call('identity.cancelReset', {})
      await refreshSession(context)
    },
    'password.change': async (input) => {
      await transport.call('password.change', input, 'http')
    },
    'profile.update': async ({ displayName }) => {
      await transport.call('profile.update', { displayName: cleanName(displayName) })
    },
    'safety.number': async ({ userId }) => {
      const own = context.requireKeys()
      const person = readPerson(context.database, userId)
      if (!person) throw new IntentError({ code: 'not-found', message: 'This person is not known here.' })
      const number = await safetyNumber(own.identityKey, own.userId, person.identityKey, userId)
      if (!hasNewIdentity(person)) return { number }
      context.database.transaction(() => saveIdentityKnown(context.database, userId))
      context.peopleChanged()
      return { number, notice: newIdentityWords(person) }
    },
  } satisfies Group<
    | 'session.close'
    | 'session.closeOthers'
    | 'device.remove'
    | 'identity.cancelReset'
    | 'password.change'
    | 'profile.update'
    | 'safety.number'
  >
}

function channels(context: Context) {
  const { transport } = context.ports
  return {
    'channel.create': (input) => createChannel(context, { ...input, ...cleaned(input) }),
    'channel.openDirect': ({ people }) => openDirect(context, people),
    'channel.browse': async ({ search }) => {
      const query = search === '' ? {} : { search }
      const { channels: found } = await transport.call('channel.browse', {
        ...query,
        limit: limits.LIST_PAGE_MAX,
      })
      return found.map(({ channelId, name, topic, memberCount, place }) => ({
        channelId,
        name: name ?? '',
        topic: topic ?? '',
        memberCount,
        joined: place === 'member' || place === 'joining',
      }))
    },
    'channel.join': async ({ channelId }) => {
      await transport.call('channel.join', { channelId })
      await refreshChannel(context, channelId)
      context.poke(channelId)
    },
    'channel.leave': ({ channelId }) => leaveChannel(context, channelId),
    'channel.rename': (input) => renameChannel(context, { ...input, ...cleaned(input) }),
    'channel.archive': async (input) => {
      await transport.call('channel.update', input)
      await refreshChannel(context, input.channelId)
    },
    'channel.describe': (input) => describeChannel(context, input),
    'channel.changePolicy': async (input) => changePolicy(context, input),
    'channel.addMembers': ({ channelId, people }) => addMembers(context, channelId, people),
    'channel.removeMember': async (input) => {
      await transport.call('channel.remove', input)
      context.turnWanted(input.channelId, true)
    },
    'channel.markRead': async ({ channelId, seq }) => {
      saveReadPosition(context, channelId, seq)
      context.receipts.note(channelId)
    },
    'channel.typing': async (input) => {
      if (context.online) await transport.call('typing.send', input)
    },
    'view.focus': async ({ channelId, visible }) => focus(context, visible ? channelId : undefined),
  } satisfies Group<`channel.${string}` | 'view.focus'>
}

/** As others will see it (NAME-3). */
function cleaned({ name, topic }: { name: string; topic: string }) {
  return { name: cleanName(name), topic: cleanLines(topic) }
}

async function renameChannel(context: Context, input: IntentInput<'channel.rename'>): Promise<void> {
  const { channelId, name, topic } = input
  const row = readChannel(context.database, channelId)
  if (row?.kind === 'public') {
    await context.ports.transport.call('channel.update', { channelId, name, topic })
    return refreshChannel(context, channelId)
  }
  if (!isModeratorHere(context, channelId)) {
    throw new IntentError({ code: 'forbidden', message: 'Only moderators of this channel can rename it.' })
  }
  context.database.transaction(() => {
    saveNames(context.database, channelId, {
      name,
      topic,
      seq: row?.log?.seq ?? 0,
      byModerator: isModeratorHere(context, channelId),
    })
    announceSettings(context, channelId, { name, topic })
  })
  context.channelChanged(channelId)
  context.poke(channelId)
}

function messages(context: Context) {
  return {
    'message.send': (input) => sendMessage(context, input),
    'message.retry': async ({ clientId }) => retryMessage(context, clientId),
    'message.discard': async ({ clientId }) => discardMessage(context, clientId),
    'message.redact': ({ channelId, seq }) => redactMessage(context, channelId, seq),
    'message.edit': async (input) => editMessage(context, input),
    'message.react': async (input) => reactToMessage(context, input),
    'message.pin': async (input) => pinMessage(context, input),
    'poll.create': async (input) => createPoll(context, input),
    'poll.vote': async (input) => voteInPoll(context, input),
    'poll.end': async (input) => endPoll(context, input),
    'message.forward': (input) => forwardMessage(context, input),
    'message.versions': async (input) => versionsOf(context, input),
    'message.find': async ({ channelId, seq }) => ({ found: await fetchBackTo(context, channelId, seq) }),
    'thread.markRead': async ({ channelId, root, seq }) => saveThreadRead(context, channelId, root, seq),
    'file.read': ({ channelId, blobId }) => context.opening.readWhole(channelId, blobId),
    'file.range': (input) => context.opening.readRange(input),
    'file.pause': async ({ clientId, paused }) => context.transfers.pause(clientId, paused),
  } satisfies Group<`message.${string}` | `poll.${string}` | 'thread.markRead' | `file.${string}`>
}

function administration(context: Context) {
  const { transport } = context.ports
  return {
    'admin.listUsers': async (input) => {
      const { users } = await transport.call('admin.listUsers', { ...input, limit: limits.LIST_PAGE_MAX })
      return users
    },
    'admin.updateUser': async (input) => {
      await transport.call('admin.updateUser', input)
    },
    'admin.signOutUser': (input) => transport.call('admin.signOutUser', input),
    'admin.resetPassword': (input) => transport.call('admin.resetPassword', input),
    'admin.approveReset': (input) => transport.call('admin.approveReset', input),
    'invitation.create': (input) =>
      transport.call('invitation.create', { ...input, note: cleanName(input.note) }),
    'invitation.list': async () => (await transport.call('invitation.list', {})).invitations,
    'invitation.revoke': async (input) => {
      await transport.call('invitation.revoke', input)
    },
    'settings.read': () => transport.call('settings.read', {}),
    'settings.update': ({ organisation, ...rest }) =>
      transport.call('settings.update', {
        ...rest,
        ...(organisation === undefined ? {} : { organisation: cleanName(organisation) }),
      }),
    'audit.read': async (input) => (await transport.call('audit.read', input)).records,
  } satisfies Group<`admin.${string}` | `invitation.${string}` | `settings.${string}` | 'audit.read'>
}
