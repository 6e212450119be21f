/** What can be done with a conversation in the list: by the button beside it, the right mouse button, or Shift and F10. */
import type { ChannelItem } from '@reforms/client'
import { Bell, BellOff, Ellipsis, FolderInput, FolderPlus, Star, StarOff } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { useList } from '../../watch/engine.tsx'
import type { SectionToName } from './SectionDialog.tsx'
import { useListActs } from './useListActs.ts'

interface ConversationMenuProps {
  item: ChannelItem
  /** Where it stands. */
  section: string
  open: boolean
  onOpen: (open: boolean) => void
  onName: (section: SectionToName) => void
}

export function ConversationMenu({ item, section, open, onOpen, onName }: ConversationMenuProps) {
  const acts = useListActs()
  const { sections } = useList()
  return (
    <Menu
      open={open}
      onOpen={onOpen}
      trigger={
        <IconButton
          size="small"
          tabIndex={-1}
          className="item-options"
          name={text.list.options(item.name)}
          icon={<Ellipsis size={16} />}
        />
      }
    >
      <MenuItem
        icon={item.favourite ? <StarOff size={16} /> : <Star size={16} />}
        onSelect={() => acts.favourite(item)}
      >
        {item.favourite ? text.list.notFavourite : text.list.favourite}
      </MenuItem>
      <MenuItem
        icon={item.muted ? <Bell size={16} /> : <BellOff size={16} />}
        onSelect={() => acts.mute(item)}
      >
        {item.muted ? text.list.unmute : text.list.mute}
      </MenuItem>
      <MenuLine />
      {sections
        .filter(({ id }) => id !== section)
        .map(({ id, name }) => (
          <MenuItem key={id} icon={<FolderInput size={16} />} onSelect={() => acts.move(item, id)}>
            <bdi>{text.list.moveTo(name)}</bdi>
          </MenuItem>
        ))}
      {sections.some(({ id }) => id === section) && (
        <MenuItem icon={<FolderInput size={16} />} onSelect={() => acts.move(item)}>
          {text.list.moveBack(item.kind === 'direct' ? text.frame.direct : text.frame.channels)}
        </MenuItem>
      )}
      <MenuItem icon={<FolderPlus size={16} />} onSelect={() => onName({ channelId: item.channelId })}>
        {text.list.moveNew}
      </MenuItem>
    </Menu>
  )
}
