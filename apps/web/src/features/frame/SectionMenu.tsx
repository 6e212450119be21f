/** What can be done with a section of one's own. */
import { ArrowDown, ArrowUp, Ellipsis, Pencil, Trash } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import type { Group } from './conversation-order.ts'
import type { SectionToName } from './SectionDialog.tsx'
import { useListActs } from './useListActs.ts'

interface SectionMenuProps {
  group: Group
  groups: Group[]
  onName: (section: SectionToName) => void
}

export function SectionMenu({ group, groups, onName }: SectionMenuProps) {
  const acts = useListActs()
  const own = groups.filter(({ kind }) => kind === 'own')
  return (
    <Menu
      trigger={<IconButton size="small" name={text.list.options(group.name)} icon={<Ellipsis size={16} />} />}
    >
      <MenuItem icon={<Pencil size={16} />} onSelect={() => onName({ id: group.id, name: group.name })}>
        {text.list.rename}
      </MenuItem>
      <MenuItem
        icon={<ArrowUp size={16} />}
        disabled={own[0]?.id === group.id}
        onSelect={() => acts.shift(group.id, -1)}
      >
        {text.list.moveUp}
      </MenuItem>
      <MenuItem
        icon={<ArrowDown size={16} />}
        disabled={own.at(-1)?.id === group.id}
        onSelect={() => acts.shift(group.id, 1)}
      >
        {text.list.moveDown}
      </MenuItem>
      <MenuLine />
      <MenuItem danger icon={<Trash size={16} />} onSelect={() => acts.remove(group)}>
        {text.list.deleteSection}
      </MenuItem>
    </Menu>
  )
}
