/** The other half of the send button: when the message is to be sent, where that is not now. */
import { CalendarClock, ChevronDown, Clock } from 'lucide-react'
import { useRef } from 'react'
import { text } from '../../../text/index.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Menu, MenuItem, MenuLine, MenuNote } from '../../../ui/Menu.tsx'
import { LATER_SHORTCUT } from '../../frame/shortcuts.ts'
import { timesFrom } from '../../personal/times.ts'

export interface LaterMenu {
  open: boolean
  onOpen: (open: boolean) => void
  /** Why what is written can only be sent now, if so. */
  problem: string | undefined
  onTime: (at: number) => void
  /** A time is to be chosen. */
  onOther: () => void
  /** The menu has closed: the focus goes back to the field. */
  onClosed: () => void
}

export function LaterButton({ open, onOpen, problem, onTime, onOther, onClosed }: LaterMenu) {
  // Done once the menu has given the focus back.
  const chosen = useRef<() => void>(undefined)
  const choose = (act: () => void) => () => {
    chosen.current = act
  }
  return (
    <Menu
      side="top"
      open={open}
      onOpen={onOpen}
      onClosed={() => {
        onClosed()
        chosen.current?.()
        chosen.current = undefined
      }}
      trigger={
        <IconButton
          className="send-when"
          look="filled"
          name={text.later.send}
          shortcut={LATER_SHORTCUT}
          icon={<ChevronDown size={16} />}
        />
      }
    >
      <MenuNote title={text.later.send}>{problem ?? text.later.menuLead}</MenuNote>
      {timesFrom(Date.now()).map(({ words, at }) => (
        <MenuItem
          key={words}
          icon={<Clock size={16} />}
          disabled={problem !== undefined}
          onSelect={choose(() => onTime(at))}
        >
          {words}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem
        icon={<CalendarClock size={16} />}
        disabled={problem !== undefined}
        onSelect={choose(onOther)}
      >
        {text.later.otherTime}
      </MenuItem>
    </Menu>
  )
}
