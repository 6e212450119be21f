/** Labelled inputs. The hint and the error belong to the input for assistive technology; room for one line is kept, so nothing jumps. */
import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from 'react'
import './field.css'

interface FieldFrame {
  label: string
  hint?: ReactNode
  error?: string | undefined
  good?: string | undefined
  hideLabel?: boolean
}
interface FrameProps extends FieldFrame {
  id: string
  children: ReactNode
}

/** What the input must carry to belong to its frame. */
export function describedBy(id: string, frame: FieldFrame) {
  const described = frame.error || frame.good || frame.hint
  return {
    id,
    'aria-invalid': frame.error ? true : undefined,
    'aria-describedby': described ? `${id}-note` : undefined,
  }
}

export function FieldFrameView({ id, label, hint, error, good, hideLabel, children }: FrameProps) {
  const look = error ? 'field-error' : good ? 'field-good' : 'muted'
  return (
    <div className="field">
      <label htmlFor={id} className={hideLabel ? 'hidden-visually' : 'field-label'}>
        {label}
      </label>
      {children}
      {(error || good || hint) && (
        <p id={`${id}-note`} className={`field-note ${look}`} role={error ? 'alert' : undefined}>
          {error || good || hint}
        </p>
      )}
    </div>
  )
}

export interface TextFieldProps
  extends FieldFrame, Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  value: string
  onValue: (value: string) => void
  ref?: Ref<HTMLInputElement>
}

/** Browsers keep on disk, in clear, what is typed into fields that do not say otherwise. */
export function TextField({ label, hint, error, good, hideLabel, value, onValue, ...input }: TextFieldProps) {
  const id = useId()
  const frame = { label, hint, error, good, hideLabel }
  return (
    <FieldFrameView id={id} {...frame}>
      <input
        type="text"
        autoComplete="off"
        {...input}
        {...describedBy(id, frame)}
        className="input"
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </FieldFrameView>
  )
}

export interface SelectFieldProps<T extends string>
  extends FieldFrame, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> {
  value: T
  options: readonly { value: T; label: string }[]
  onValue: (value: T) => void
}

export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, hint, error, good, hideLabel, value, options, onValue, ...select } = props
  const id = useId()
  const frame = { label, hint, error, good, hideLabel }
  return (
    <FieldFrameView id={id} {...frame}>
      <select
        {...select}
        {...describedBy(id, frame)}
        className="input select"
        value={value}
        onChange={(event) => onValue(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrameView>
  )
}
