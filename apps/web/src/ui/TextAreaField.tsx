/** A few lines of text with a label. */
import { useId } from 'react'
import { describedBy, FieldFrameView } from './Field.tsx'

interface TextAreaFieldProps {
  label: string
  hint?: string
  value: string
  maxLength: number
  rows?: number
  onValue: (value: string) => void
}

export function TextAreaField({ label, hint, value, maxLength, rows = 2, onValue }: TextAreaFieldProps) {
  const id = useId()
  return (
    <FieldFrameView id={id} label={label} hint={hint}>
      <textarea
        {...describedBy(id, { label, hint })}
        className="input"
        autoComplete="off"
        rows={rows}
        maxLength={maxLength}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </FieldFrameView>
  )
}
