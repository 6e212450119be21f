/** What stands for a conversation in a list: the other person, or the channel's sign. */
import type { ChannelItem } from '@reforms/client'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { usePeople } from '../../watch/engine.tsx'
import { ChannelGlyph } from './ChannelGlyph.tsx'

export function ConversationPicture({
  item,
  size = 'normal',
}: {
  item: ChannelItem
  size?: 'small' | 'normal'
}) {
  const other = usePeople().find((person) => person.userId === item.people[0])
  if (item.kind !== 'direct' || item.people.length !== 1) return <ChannelGlyph kind={item.kind} />
  const presence = other?.presence ?? 'offline'
  return (
    <>
      <Avatar
        name={other?.displayName ?? item.name}
        seed={other?.colourSeed ?? ''}
        size={size}
        presence={presence}
      />
      {presence !== 'offline' && <span className="hidden-visually">{text.frame.presence[presence]}</span>}
    </>
  )
}
