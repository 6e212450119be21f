/** One of the organisation's emoji, among words or alone: it is spoken, copied and pointed at by its short name. */
import type { EmojiId } from '@reforms/protocol'
import { nameIn, shortName, useOurs } from './ours.ts'
import { useOurPicture } from './our-pictures.ts'
import './our-emoji.css'

/** Its place is kept until the picture is here. */
export function OurEmoji({ emojiId, name }: { emojiId: EmojiId; name: string }) {
  const address = useOurPicture(emojiId)
  const words = shortName(name)
  return address ? (
    <img className="our-emoji" src={address} alt={words} title={words} draggable={false} />
  ) : (
    <span className="our-emoji" role="img" aria-label={words} />
  )
}

/** What somebody reacted with: a sign of Unicode, one of ours, or, where it is not known here, its words. */
export function Sign({ sign }: { sign: string }) {
  const ours = useOurs()
  const name = nameIn(sign)
  const emojiId = name === undefined ? undefined : ours.get(name)
  return emojiId && name !== undefined ? <OurEmoji emojiId={emojiId} name={name} /> : sign
}
