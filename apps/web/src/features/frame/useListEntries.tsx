/** What the palette offers about the list: how it is shown, and what can be done with the conversation that is open. */
import { BellOff, Clock, Eye, FolderPlus, Star } from 'lucide-react'
import { useRoute } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { useChannels, useList } from '../../watch/engine.tsx'
import type { PaletteEntry } from './palette-entry.ts'
import { useListActs } from './useListActs.ts'

export function useListEntries(): Omit<PaletteEntry, 'group'>[] {
  const route = useRoute()
  const acts = useListActs()
  const { sort, unreadOnly, sections } = useList()
  const open = route.place === 'channel' ? route.channelId : undefined
  const item = useChannels().find(({ channelId }) => channelId === open)
  const other = sort === 'name' ? 'activity' : 'name'
  return [
    ...(item
      ? [
          {
            id: 'favourite',
            words: item.favourite
              ? text.list.notFavouriteNamed(item.name)
              : text.list.favouriteNamed(item.name),
            icon: <Star size={16} />,
            does: () => acts.favourite(item),
          },
          {
            id: 'mute',
            words: item.muted ? text.list.unmuteNamed(item.name) : text.list.muteNamed(item.name),
            icon: <BellOff size={16} />,
            does: () => acts.mute(item),
          },
          ...sections
            .filter(({ id }) => id !== item.section)
            .map(({ id, name }) => ({
              id: `move ${id}`,
              words: text.list.moveTo(name),
              icon: <FolderPlus size={16} />,
              does: () => acts.move(item, id),
            })),
        ]
      : []),
    {
      id: 'unread-only',
      words: unreadOnly ? text.list.showAll : text.list.unreadOnly,
      icon: <Eye size={16} />,
      does: () => acts.show({ unreadOnly: !unreadOnly }),
    },
    {
      id: 'sort',
      words: other === 'name' ? text.list.sortName : text.list.sortActivity,
      icon: <Clock size={16} />,
      does: () => acts.show({ sort: other }),
    },
  ]
}
