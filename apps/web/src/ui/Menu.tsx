/** A menu of actions at a button. Not modal: the modal kind writes a style element, which the page's policy forbids. */
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { pageDirection } from './direction.ts'
import './menu.css'

const END = { ltr: 'right', rtl: 'left' } as const

interface MenuProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
  /** `end`: beside the button, on the side to which the page's language runs. */
  side?: 'top' | 'bottom' | 'end'
  open?: boolean
  onOpen?: (open: boolean) => void
  /** Where the focus goes afterwards; without it, to the button. */
  onClosed?: () => void
}

export function Menu({
  trigger,
  children,
  align = 'end',
  side = 'bottom',
  open,
  onOpen,
  onClosed,
}: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={onOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align={align}
          side={side === 'end' ? END[pageDirection()] : side}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (!onClosed) return
            event.preventDefault()
            onClosed()
          }}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

interface MenuItemProps {
  icon?: ReactNode
  danger?: boolean
  disabled?: boolean
  shortcut?: string
  onSelect: () => void
  children: ReactNode
}

export function MenuItem({ icon, danger, disabled, shortcut, onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      disabled={disabled}
      onSelect={onSelect}
    >
      {icon}
      <span className="grow">{children}</span>
      {shortcut && (
        <kbd className="menu-keys muted small" aria-hidden="true">
          {shortcut}
        </kbd>
      )}
    </DropdownMenu.Item>
  )
}

/** What the menu is about, above its items. */
export function MenuNote({ title, children }: { title: string; children: ReactNode }) {
  return (
    <DropdownMenu.Label className="menu-note">
      <span className="menu-title">{title}</span>
      <span className="muted small">{children}</span>
    </DropdownMenu.Label>
  )
}

/** Small actions beside each other: each is an item of the menu like the others. */
export function MenuRow({ children }: { children: ReactNode }) {
  return <DropdownMenu.Group className="menu-row">{children}</DropdownMenu.Group>
}

export function MenuSign({
  name,
  onSelect,
  children,
}: {
  name: string
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <DropdownMenu.Item className="menu-sign" aria-label={name} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />
}
