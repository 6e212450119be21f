/** A new password, with how strong it is in words and four short bars. */
import { PASSWORD_MIN_CHARACTERS } from '@reforms/protocol/limits'
import { text } from '../../text/index.ts'
import { PasswordField } from '../../ui/PasswordField.tsx'
import { strengthOf } from './strength.ts'

interface PasswordWithStrengthProps {
  label: string
  value: string
  names?: string[]
  error?: string | undefined
  onValue: (value: string) => void
}

export function PasswordWithStrength({
  label,
  value,
  names = [],
  error,
  onValue,
}: PasswordWithStrengthProps) {
  const strength = strengthOf(value, names)
  return (
    <>
      <PasswordField
        label={label}
        value={value}
        error={error}
        autoComplete="new-password"
        hint={text.entry.passwordHint(PASSWORD_MIN_CHARACTERS)}
        onValue={onValue}
      />
      <p className="strength muted" aria-live="polite">
        <span className={`strength-bar strength-${strength.level}`} aria-hidden="true">
          <span /> <span /> <span /> <span />
        </span>
        {strength.words && (
          <span>
            <span className="hidden-visually">{text.entry.strength}: </span>
            {strength.words}
          </span>
        )}
      </p>
    </>
  )
}
