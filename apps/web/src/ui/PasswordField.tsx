/** A password that can be looked at while it is typed. */
import { Eye, EyeOff } from 'lucide-react'
import { useId, useState } from 'react'
import { text } from '../text/index.ts'
import { describedBy, FieldFrameView, type TextFieldProps } from './Field.tsx'
import { IconButton } from './IconButton.tsx'

export function PasswordField({ label, hint, error, good, value, onValue, ...input }: TextFieldProps) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const frame = { label, hint, error, good }
  return (
    <FieldFrameView id={id} {...frame}>
      <div className="input-with-button">
        <input
          maxLength={256}
          {...input}
          {...describedBy(id, frame)}
          type={shown ? 'text' : 'password'}
          className="input"
          value={value}
          spellCheck={false}
          autoCapitalize="none"
          onChange={(event) => onValue(event.target.value)}
        />
        <IconButton
          name={text.ui.reveal}
          aria-pressed={shown}
          icon={shown ? <EyeOff size={16} /> : <Eye size={16} />}
          onClick={() => setShown(!shown)}
        />
      </div>
    </FieldFrameView>
  )
}
