/** The name of an icon, and its shortcut, on hover and focus. Names themselves are on the element, for assistive technology. */
import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import './tooltip.css'

export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200} disableHoverableContent>
      {children}
    </Radix.Provider>
  )
}

export function Tooltip({
  text,
  shortcut,
  children,
}: {
  text: string
  shortcut?: string
  children: ReactNode
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" sideOffset={6} collisionPadding={8}>
          {text}
          {shortcut && <kbd className="tooltip-keys">{shortcut}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
