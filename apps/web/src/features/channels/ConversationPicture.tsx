/** What stands for a conversation in a list: the other person, or the channel's sign. */
import type { ChannelItem } from '@reforms/client'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { usePerson } from '../../watch/engine.tsx'
import { ChannelGlyph } from './ChannelGlyph.tsx'

interface ConversationPictureProps {
  item: ChannelItem
  size?: 'small' | 'normal'
}

export function ConversationPicture({ item, size = 'normal' }: ConversationPictureProps) {
  const [other, ...others] = item.people
  if (item.kind !== 'direct' || other === undefined || others.length > 0)
    return <ChannelGlyph kind={item.kind} />
  return <PersonPicture userId={other} name={item.name} size={size} />
}

interface PersonPictureProps {
  userId: string
  /** As long as they are not known here. */
  name: string
  size: 'small' | 'normal'
}

function PersonPicture({ userId, name, size }: PersonPictureProps) {
  const other = usePerson(userId)
  const presence = other?.presence ?? 'offline'
  return (
    <>
      <Avatar
        name={other?.displayName ?? name}
        seed={other?.colourSeed ?? ''}
        size={size}
        presence={presence}
      />
      {presence !== 'offline' && <span className="hidden-visually">{text.frame.presence[presence]}</span>}
    </>
  )
}
