/** A button that is only an icon: it always has a name, shown as a tooltip too, with its shortcut where it has one. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Tooltip } from './Tooltip.tsx'
import './button.css'

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  name: string
  icon: ReactNode
  shortcut?: string
  size?: 'normal' | 'small'
  look?: 'plain' | 'filled'
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({
  name,
  icon,
  shortcut,
  size = 'normal',
  look = 'plain',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={name} shortcut={shortcut}>
      <button
        type="button"
        aria-label={name}
        aria-keyshortcuts={shortcut?.replace('Ctrl', 'Control')}
        {...rest}
        className={`icon-button icon-button-${size} icon-button-${look} ${rest.className ?? ''}`}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
