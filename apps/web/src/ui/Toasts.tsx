/** Short words about what just happened, at the foot of the page, announced politely, gone after a while. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'
import { problemOf } from '../watch/problem.ts'
import './toasts.css'

const SHOWN_MS = 5000
/** Time enough to reach it by keyboard. */
const SHOWN_WITH_ACTION_MS = 12_000

interface Toast {
  id: number
  words: string
  look: 'plain' | 'negative'
  action?: ToastAction | undefined
}
/** What takes back what just happened. */
export interface ToastAction {
  name: string
  act: () => void
}
interface Teller {
  tell: (words: string, action?: ToastAction) => void
  /** For intents whose failure has no better place on the screen. */
  tellProblem: (error: unknown) => void
}
const TellerContext = createContext<Teller>({ tell: () => undefined, tellProblem: () => undefined })

let lastId = 0

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const close = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  )
  const show = useCallback(
    (words: string, look: Toast['look'], action?: ToastAction) => {
      const id = ++lastId
      setToasts((shown) => [...shown.slice(-2), { id, words, look, action }])
      setTimeout(() => close(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS)
    },
    [close],
  )
  const teller = useMemo<Teller>(
    () => ({
      tell: (words, action) => show(words, 'plain', action),
      tellProblem: (error) => show(problemOf(error).message, 'negative'),
    }),
    [show],
  )
  return (
    <TellerContext value={teller}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <p key={toast.id} className={`toast toast-${toast.look}`}>
            <span className="grow">{toast.words}</span>
            {toast.action && <Action action={toast.action} onDone={() => close(toast.id)} />}
          </p>
        ))}
      </div>
    </TellerContext>
  )
}

function Action({ action, onDone }: { action: ToastAction; onDone: () => void }) {
  const act = () => {
    action.act()
    onDone()
  }
  return (
    <button type="button" className="toast-action" onClick={act}>
      {action.name}
    </button>
  )
}

export function useTeller(): Teller {
  return use(TellerContext)
}
