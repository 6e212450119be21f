/** Asks before something that cannot be taken back: what will happen, in words, and the verb on the button. */
import { useState, type ReactNode } from 'react'
import { text } from '../text/index.ts'
import { problemOf } from '../watch/problem.ts'
import { Button } from './Button.tsx'
import { Callout } from './Callout.tsx'
import { Dialog, DialogActions, DialogBody } from './Dialog.tsx'

interface ConfirmDialogProps {
  title: string
  verb: string
  danger?: boolean
  children: ReactNode
  onConfirm: () => Promise<void>
  onClose: () => void
}

export function ConfirmDialog({ title, verb, danger, children, onConfirm, onClose }: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const confirm = () => {
    setBusy(true)
    onConfirm().then(onClose, (error: unknown) => {
      setBusy(false)
      setProblem(problemOf(error).message)
    })
  }
  return (
    <Dialog title={title} size="small" role="alertdialog" onClose={onClose}>
      <DialogBody>
        {children}
        {problem && <Callout look="negative">{problem}</Callout>}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{text.ui.cancel}</Button>
        <Button look={danger ? 'danger' : 'primary'} busy={busy} onClick={confirm}>
          {verb}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
