/**
 * A dialog over the page. Radix's own overlay is left out, since it writes a style element, which the page's policy
 * forbids; a plain backdrop stands in its place. Focus goes back to where it came from.
 */
import { Dialog as Radix } from 'radix-ui'
import { X } from 'lucide-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { text } from '../text/index.ts'
import { DialogContext, useCovering } from './covering.ts'
import { IconButton } from './IconButton.tsx'
import './dialog.css'

interface DialogProps {
  title: string
  /** The title is for assistive technology only. */
  hideTitle?: boolean
  size?: 'small' | 'normal' | 'wide' | 'full'
  role?: 'dialog' | 'alertdialog'
  /** Keys that mean something wherever the focus is in it: at first it is on the dialog itself. */
  onKeyDown?: (event: KeyboardEvent) => void
  onClose: () => void
  children: ReactNode
}

export function Dialog({
  title,
  hideTitle,
  size = 'normal',
  role = 'dialog',
  onKeyDown,
  onClose,
  children,
}: DialogProps) {
  // Read before anything inside takes the focus.
  const [cameFrom] = useState(() => document.activeElement)
  const self = useCovering(onClose)
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <div className="dialog-backdrop" />
        <Radix.Content
          className={`dialog dialog-${size}`}
          role={role}
          aria-modal
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          onOpenAutoFocus={(event) => {
            // Not the close button, whose tooltip would cover the title.
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            restoreFocus(cameFrom)
          }}
        >
          <DialogContext value={self}>
            <header className={hideTitle ? 'hidden-visually' : 'dialog-header'}>
              <Radix.Title className="dialog-title">{title}</Radix.Title>
              {!hideTitle && (
                <Radix.Close asChild>
                  <IconButton name={text.ui.close} icon={<X size={20} />} />
                </Radix.Close>
              )}
            </header>
            {children}
          </DialogContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Unless something else took the focus meanwhile, as a conversation does that the dialog has opened. */
export function restoreFocus(element: Element | null): void {
  if (document.activeElement !== document.body) return
  const usable = element instanceof HTMLElement && element.isConnected && element !== document.body
  const target = usable ? element : document.querySelector<HTMLElement>('[data-focus-home]')
  target?.focus({ preventScroll: true })
}

/** `label` where there are only words: then the keyboard scrolls it, and it has that name. */
export function DialogBody({ label, children }: { label?: string; children: ReactNode }) {
  const scrolled = label === undefined ? {} : { tabIndex: 0, role: 'group', 'aria-label': label }
  return (
    <div className="dialog-body stack" {...scrolled}>
      {children}
    </div>
  )
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className="dialog-actions">{children}</footer>
}
