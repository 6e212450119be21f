/** What else can be done with what is being written: a preview of it, and the marks of Markdown for whoever does not know them. */
import {
  Bold,
  ChartBarBig,
  Code,
  Ellipsis,
  Eye,
  EyeOff,
  Italic,
  Link,
  MessageSquareDashed,
  Strikethrough,
} from 'lucide-react'
import { useRef, type RefObject } from 'react'
import { text } from '../../../text/index.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Menu, MenuItem } from '../../../ui/Menu.tsx'
import { PREVIEW_SHORTCUT } from '../../frame/shortcuts.ts'
import { applyFormat } from './field.ts'
import { FORMATS, type Format } from './formatting.ts'

const ICONS = {
  bold: Bold,
  italic: Italic,
  code: Code,
  struck: Strikethrough,
  link: Link,
  spoiler: MessageSquareDashed,
}

interface MoreButtonProps {
  field: RefObject<HTMLTextAreaElement | null>
  previewing: boolean
  onPreview: () => void
  /** Undefined where no poll can be begun. */
  onPoll: (() => void) | undefined
}

export function MoreButton({ field, previewing, onPreview, onPoll }: MoreButtonProps) {
  // Done once the menu has given the focus back.
  const chosen = useRef<() => void>(undefined)
  const choose = (act: () => void) => {
    chosen.current = act
  }
  const onClosed = () => {
    field.current?.focus()
    chosen.current?.()
    chosen.current = undefined
  }
  return (
    <Menu
      side="top"
      onClosed={onClosed}
      trigger={<IconButton name={text.writing.more} icon={<Ellipsis size={20} />} />}
    >
      {onPoll && (
        <MenuItem icon={<ChartBarBig size={16} />} onSelect={() => choose(onPoll)}>
          {text.writing.poll}
        </MenuItem>
      )}
      <MenuItem
        icon={previewing ? <EyeOff size={16} /> : <Eye size={16} />}
        shortcut={PREVIEW_SHORTCUT}
        onSelect={() => choose(onPreview)}
      >
        {previewing ? text.writing.previewHide : text.writing.preview}
      </MenuItem>
      {FORMATS.map((format) => (
        <FormatItem
          key={format.name}
          format={format}
          onSelect={() => choose(() => applyFormat(field.current, format))}
        />
      ))}
    </Menu>
  )
}

function FormatItem({ format, onSelect }: { format: Format; onSelect: () => void }) {
  const Icon = ICONS[format.name]
  return (
    <MenuItem icon={<Icon size={16} />} shortcut={format.shortcut} onSelect={onSelect}>
      {text.writing.format[format.name]}
    </MenuItem>
  )
}
