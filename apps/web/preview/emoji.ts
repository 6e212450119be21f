/** The preview's emoji of its own: drawn here. */
import type { EmojiId, NamedEmoji } from '@reforms/protocol'

const id = (number: number) => `00000000-0000-7000-e000-${String(number).padStart(12, '0')}` as EmojiId

const DRAWN: readonly (readonly [name: string, colour: string, letter: string])[] = [
  ['brigid', '#1d6355', 'B'],
  ['on_call', '#ad2f24', '!'],
  ['thank_you_ward', '#83560b', '♥'],
  ['thats-a-long-name-for-an-emoji', '#2b4f92', '…'],
]

export const EMOJI: NamedEmoji[] = DRAWN.map(([name], index) => ({ emojiId: id(index), name }))

export async function drawEmoji(emojiId: EmojiId) {
  const [, colour, letter] = DRAWN[EMOJI.findIndex((each) => each.emojiId === emojiId)] ?? ['', '#888', '?']
  const canvas = new OffscreenCanvas(128, 128)
  const context = canvas.getContext('2d')
  if (context) {
    context.fillStyle = colour
    context.roundRect(4, 4, 120, 120, 36)
    context.fill()
    context.fillStyle = '#fff'
    context.font = '700 84px sans-serif'
    context.textAlign = 'center'
    context.fillText(letter, 64, 94)
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())
  return { bytes, mediaType: 'image/png' as const }
}
