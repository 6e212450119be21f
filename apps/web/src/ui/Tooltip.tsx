/** The name of an icon, and its shortcut, on hover and focus. Names themselves are on the element, for assistive technology. */
import { Tooltip as Radix } from 'radix-ui'
import { use, type ReactNode } from 'react'
import { DialogContext, useIsCovered } from './covering.ts'
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
  const dialog = use(DialogContext)
  if (useIsCovered()) return null
  return (
    // Being above the dialog it gets its Escape, and both go.
    <Radix.Content className="tooltip" sideOffset={6} collisionPadding={8} onEscapeKeyDown={dialog?.close}>
      {text}
      {shortcut && <kbd className="tooltip-keys">{shortcut}</kbd>}
    </Radix.Content>
  )
}
