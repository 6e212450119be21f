/** Short words about what just happened, where they cover nothing that is in use, announced politely, gone after a while; or once they are dealt with. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { text } from '../text/index.ts'
import { problemOf } from '../watch/problem.ts'
import './toasts.css'

const SHOWN_MS = 5000
/** Time enough to reach it by keyboard. */
const SHOWN_WITH_ACTION_MS = 12_000

interface Toast {
  id: number | string
  words: string
  look: 'plain' | 'negative'
  actions: readonly ToastAction[]
  /** Until somebody does something with it. */
  stays?: true
}
/** What takes back what just happened. */
export interface ToastAction {
  name: string
  act: () => void
}
interface Teller {
  /** Stays until an action is chosen or it is closed; another of the same id takes its place. */
  tellUntilDone: (id: string, words: string, actions: readonly ToastAction[]) => void
  close: (id: string) => void
  tell: (words: string, action?: ToastAction) => void
  /** For intents whose failure has no better place on the screen. */
  tellProblem: (error: unknown) => void
}
const TellerContext = createContext<Teller>({
  tell: () => undefined,
  tellProblem: () => undefined,
  tellUntilDone: () => undefined,
  close: () => undefined,
})

let lastId = 0

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const close = useCallback(
    (id: Toast['id']) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  )
  const show = useCallback(
    (words: string, look: Toast['look'], action?: ToastAction) => {
      const id = ++lastId
      setToasts((shown) => withNext(shown, { id, words, look, actions: action ? [action] : [] }))
      setTimeout(() => close(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS)
    },
    [close],
  )
  const teller = useMemo<Teller>(
    () => ({
      tell: (words, action) => show(words, 'plain', action),
      tellProblem: (error) => show(problemOf(error).message, 'negative'),
      tellUntilDone: (id, words, actions) =>
        setToasts((shown) => withNext(shown, { id, words, look: 'plain', actions, stays: true })),
      close,
    }),
    [show, close],
  )
  return (
    <TellerContext value={teller}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <p key={toast.id} className={`toast toast-${toast.look}`}>
            <span className="grow">{toast.words}</span>
            {toast.actions.map((action) => (
              <Action key={action.name} action={action} onDone={() => close(toast.id)} />
            ))}
            {toast.stays && (
              <button
                type="button"
                className="toast-action"
                aria-label={text.ui.close}
                onClick={() => close(toast.id)}
              >
                <X size={16} />
              </button>
            )}
          </p>
        ))}
      </div>
    </TellerContext>
  )
}

const SHOWN_MAX = 3

/** The newest few; what stays does not make room for what passes. */
function withNext(shown: readonly Toast[], next: Toast): Toast[] {
  const others = shown.filter(({ id }) => id !== next.id)
  const staying = others.filter(({ stays }) => stays)
  const passing = others.filter(({ stays }) => !stays).slice(1 - SHOWN_MAX)
  return [...staying.slice(-SHOWN_MAX), ...passing, next]
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
