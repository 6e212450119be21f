/** One of a few, each with words that explain it (radio buttons as cards), or a small segmented row. */
import { RadioGroup } from 'radix-ui'
import { useId } from 'react'
import './choice.css'

interface ChoiceProps<T extends string> {
  label: string
  /** Where it says itself what is chosen, as tabs do. It is spoken all the same. */
  hideLabel?: boolean
  value: T
  options: readonly { value: T; label: string; explanation?: string }[]
  onValue: (value: T) => void
  look?: 'cards' | 'segments'
}

export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { label, hideLabel, value, options, onValue, look = 'cards' } = props
  const id = useId()
  return (
    <div className="field">
      <span id={id} className={hideLabel ? 'hidden-visually' : 'field-label'}>
        {label}
      </span>
      <RadioGroup.Root
        className={`choice choice-${look}`}
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onValue(next as T)}
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            className="choice-option"
            aria-label={option.label}
          >
            <span className="choice-mark" aria-hidden="true" />
            <span className="grow">
              <span className="choice-label">{option.label}</span>
              {option.explanation && <span className="choice-explanation">{option.explanation}</span>}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  )
}
