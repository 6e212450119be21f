/** The name of an icon, and its shortcut, on hover and focus. Names themselves are on the element, for assistive technology. */
import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useIsCovered } from './covering.ts'
import './tooltip.css'

export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200} disableHoverableContent>
      {children}
    </Radix.Provider>
  )
}

interface Words {
  text: string
  shortcut?: string
}

export function Tooltip({ children, ...words }: Words & { children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <TooltipWords {...words} />
      </Radix.Portal>
    </Radix.Root>
  )
}

function TooltipWords({ text, shortcut }: Words) {
  if (useIsCovered()) return null
  return (
    <Radix.Content className="tooltip" sideOffset={6} collisionPadding={8}>
      {text}
      {shortcut && <kbd className="tooltip-keys">{shortcut}</kbd>}
    </Radix.Content>
  )
}
