/** The organisation's own emoji, followed: names as the server says, pictures kept for when there is no connection. SPEC.md, EMO-*. */
import { limits, pictureFacts, ProtocolError, type EmojiId, type NamedEmoji } from '@reforms/protocol'
import type { IntentInput, IntentOutput } from '../engine-api.ts'
import { IntentError } from '../engine-api.ts'
import { coalesced } from './coalesced.ts'
import type { Context } from './context.ts'
import { readEmoji, readPicture, saveEmoji, savePicture, withoutPicture } from './tables/emoji.ts'

const NAME = new RegExp(limits.EMOJI_NAME_PATTERN)
const refreshing = new WeakMap<Context, () => Promise<void>>()

/** However many changes follow each other closely, each of which tells everybody to read the list again. */
export function refreshEmoji(context: Context): Promise<void> {
  const refresh = refreshing.get(context) ?? coalesced(() => fetchEmoji(context))
  refreshing.set(context, refresh)
  return refresh()
}

async function fetchEmoji(context: Context): Promise<void> {
  try {
    const { emoji } = await context.ports.transport.call('emoji.list', {})
    const named = emoji.filter(({ name }) => NAME.test(name)).slice(0, limits.EMOJI_MAX)
    context.database.transaction(() => saveEmoji(context.database, named))
    context.watches.changed('emoji')
    await fetchPictures(context)
  } catch (error) {
    // For want of pictures nobody is offline: an older server has none, and one that is too busy is asked with the next list.
    if (!(error instanceof ProtocolError)) throw error
    if (error.code !== 'unknown-operation')
      context.ports.log.info('the emoji were not read', { code: error.code })
  }
}

/** What the server does not give, or is none, is asked for again with the next list. */
async function fetchPictures(context: Context): Promise<void> {
  const wanted = withoutPicture(context.database)
  for (let from = 0; from < wanted.length; from += limits.EMOJI_PAGE_MAX) {
    const emojiIds = wanted.slice(from, from + limits.EMOJI_PAGE_MAX)
    const { pictures } = await context.ports.transport.call('emoji.read', { emojiIds })
    const good = pictures.filter(({ emojiId, picture }) => emojiIds.includes(emojiId) && isSmall(picture))
    context.database.transaction(() => {
      for (const { emojiId, picture } of good) savePicture(context.database, emojiId, picture)
    })
    context.watches.changed('emoji')
  }
}

/** EMO-2: nothing that costs a browser much to draw, whatever the server let through. */
function isSmall(picture: Uint8Array): boolean {
  const { width, height } = pictureFacts(picture) ?? { width: Infinity, height: Infinity }
  return Math.max(width, height) <= limits.EMOJI_SIDE_MAX_PIXELS && picture.length <= limits.EMOJI_MAX_BYTES
}

export function emojiView(context: Context): NamedEmoji[] {
  return readEmoji(context.database)
}

export function emojiIntents(context: Context) {
  const { transport } = context.ports
  return {
    'emoji.add': async (input: IntentInput<'emoji.add'>): Promise<IntentOutput<'emoji.add'>> => {
      await transport.call('emoji.add', { ...input, emojiId: context.newId() as EmojiId })
      await refreshEmoji(context)
    },
    'emoji.remove': async (input: IntentInput<'emoji.remove'>): Promise<IntentOutput<'emoji.remove'>> => {
      await transport.call('emoji.remove', input)
      await refreshEmoji(context)
    },
    'emoji.picture': async ({
      emojiId,
    }: IntentInput<'emoji.picture'>): Promise<IntentOutput<'emoji.picture'>> => {
      const bytes = readPicture(context.database, emojiId)
      const facts = bytes && pictureFacts(bytes)
      if (!facts) throw new IntentError({ code: 'not-found', message: 'This emoji is not there any more.' })
      return { bytes, mediaType: facts.mediaType }
    },
  }
}
