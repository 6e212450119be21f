/** How the list is shown: only what is unread, in which order, and in which sections. */
import { ArrowDownAZ, Clock, Eye, FolderPlus, SlidersHorizontal, Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/Menu.tsx'
import { useList } from '../../watch/engine.tsx'
import { useListActs } from './useListActs.ts'

export function ListMenu({ onNewSection }: { onNewSection: () => void }) {
  const { sort, unreadOnly } = useList()
  const acts = useListActs()
  return (
    <Menu trigger={<IconButton name={text.list.arrange} icon={<SlidersHorizontal size={20} />} />}>
      <Option
        icon={<Eye size={16} />}
        words={unreadOnly ? text.list.showAll : text.list.unreadOnly}
        onSelect={() => acts.show({ unreadOnly: !unreadOnly })}
      />
      <MenuLine />
      <Option
        icon={<ArrowDownAZ size={16} />}
        words={text.list.sortName}
        chosen={sort === 'name'}
        onSelect={() => acts.show({ sort: 'name' })}
      />
      <Option
        icon={<Clock size={16} />}
        words={text.list.sortActivity}
        chosen={sort === 'activity'}
        onSelect={() => acts.show({ sort: 'activity' })}
      />
      <MenuLine />
      <Option icon={<FolderPlus size={16} />} words={text.list.newSection} onSelect={onNewSection} />
    </Menu>
  )
}

interface OptionProps {
  icon: ReactNode
  words: string
  chosen?: boolean
  onSelect: () => void
}

function Option({ icon, words, chosen, onSelect }: OptionProps) {
  return (
    <MenuItem icon={icon} onSelect={onSelect}>
      <span className="option">
        <span className="grow">{words}</span>
        {chosen && <Check size={16} role="img" aria-label={text.ui.chosen} />}
      </span>
    </MenuItem>
  )
}
