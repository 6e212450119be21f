/** Short words about what just happened, at the foot of the page, announced politely, gone after a while. */
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'
import { problemOf } from '../watch/problem.ts'
import './toasts.css'

const SHOWN_MS = 5000

interface Toast {
  id: number
  words: string
  look: 'plain' | 'negative'
}
interface Teller {
  tell: (words: string) => void
  /** For intents whose failure has no better place on the screen. */
  tellProblem: (error: unknown) => void
}
const TellerContext = createContext<Teller>({ tell: () => undefined, tellProblem: () => undefined })

let lastId = 0

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const show = useCallback((words: string, look: Toast['look']) => {
    const id = ++lastId
    setToasts((shown) => [...shown.slice(-2), { id, words, look }])
    setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.id !== id)), SHOWN_MS)
  }, [])
  const teller = useMemo<Teller>(
    () => ({
      tell: (words) => show(words, 'plain'),
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
            {toast.words}
          </p>
        ))}
      </div>
    </TellerContext>
  )
}

export function useTeller(): Teller {
  return use(TellerContext)
}
