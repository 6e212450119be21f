/** The organisation's own emoji: small pictures, each under a short name such as :thank_you:. SPEC.md, section "Emoji" (EMO-*). */
import { Type, type Static } from 'typebox'
import { EMOJI_MAX, EMOJI_MAX_BYTES, EMOJI_NAME_PATTERN, EMOJI_PAGE_MAX } from '../limits.ts'
import { operation } from '../operation.ts'
import { bytes, EmojiIdSchema, object } from '../schema.ts'

/** Without the colons. */
const EmojiName = Type.String({ pattern: EMOJI_NAME_PATTERN, maxLength: 32 })
const Picture = bytes(1, EMOJI_MAX_BYTES)

export const NamedEmoji = object({ emojiId: EmojiIdSchema, name: EmojiName })
export type NamedEmoji = Static<typeof NamedEmoji>

export const emojiOperations = {
  'emoji.list': operation({
    method: 'GET',
    path: '/api/emoji',
    permission: 'own',
    summary: 'The organisation’s emoji, by name, without their pictures.',
    input: object({}),
    output: object({ emoji: Type.Array(NamedEmoji, { maxItems: EMOJI_MAX }) }),
    errors: [],
  }),
  'emoji.read': operation({
    method: 'POST',
    path: '/api/emoji/pictures',
    permission: 'own',
    summary: 'Pictures of some of them; a picture never changes. Those that are not there are left out.',
    input: object({ emojiIds: Type.Array(EmojiIdSchema, { minItems: 1, maxItems: EMOJI_PAGE_MAX }) }),
    output: object({ pictures: Type.Array(object({ emojiId: EmojiIdSchema, picture: Picture })) }),
    errors: [],
  }),
  'emoji.add': operation({
    method: 'POST',
    path: '/api/emoji',
    permission: 'emoji.manage',
    summary: 'Adds one: a PNG, WebP or GIF of at most 128 pixels a side.',
    input: object({ emojiId: EmojiIdSchema, name: EmojiName, picture: Picture }),
    output: object({}),
    errors: ['name-taken', 'already-exists', 'too-many'],
  }),
  'emoji.remove': operation({
    method: 'DELETE',
    path: '/api/emoji/:emojiId',
    permission: 'emoji.manage',
    summary: 'Removes one: messages then show its name.',
    input: object({ emojiId: EmojiIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
}
