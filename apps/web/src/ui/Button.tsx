/** Buttons: one primary on a screen, quiet ones beside it. While `busy` it keeps its size and refuses a second press. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Spinner } from './Spinner.tsx'
import './button.css'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'primary' | 'quiet' | 'plain' | 'danger'
  size?: 'normal' | 'small'
  busy?: boolean
  icon?: ReactNode
  ref?: Ref<HTMLButtonElement>
}

export function Button(props: ButtonProps) {
  const { look = 'quiet', size = 'normal', busy = false, icon, children, disabled, onClick, ...rest } = props
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${look} button-${size}`}
      disabled={disabled}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner /> : icon}
      <span>{children}</span>
    </button>
  )
}
