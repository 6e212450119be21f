/** What to say where there is nothing yet, and the one thing to do about it. */
import type { ReactNode } from 'react'
import './empty.css'

interface EmptyProps {
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      {icon && <span className="empty-icon">{icon}</span>}
      <h2 className="empty-title">{title}</h2>
      {children && <p className="muted">{children}</p>}
      {action && <div className="row empty-action">{action}</div>}
    </div>
  )
}
