/** Something to hand on, such as a link, with a button that copies it and says so. */
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { text } from '../text/index.ts'
import { Button } from './Button.tsx'
import { TextField } from './Field.tsx'
import { useTeller } from './Toasts.tsx'

export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  return (
    <div className="stack-close">
      <TextField
        label={label}
        value={value}
        hint={hint}
        readOnly
        dir="ltr"
        onValue={() => undefined}
        onFocus={(event) => event.target.select()}
      />
      <div className="row">
        <CopyButton value={value} look="primary">
          {text.ui.copyLink}
        </CopyButton>
      </div>
    </div>
  )
}

interface CopyButtonProps {
  value: string
  look?: 'primary' | 'quiet'
  children: string
}

export function CopyButton({ value, look = 'quiet', children }: CopyButtonProps) {
  const { tell } = useTeller()
  const [done, setDone] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => {
        setDone(true)
        tell(text.ui.copied)
      },
      () => tell(text.ui.copyRefused),
    )
  return (
    <Button look={look} icon={done ? <Check size={16} /> : <Copy size={16} />} onClick={() => void copy()}>
      {children}
    </Button>
  )
}
