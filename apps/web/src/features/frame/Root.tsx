/** Everything that a screen needs around it, for a given engine. */
import { Direction } from 'radix-ui'
import { pageDirection } from '../../ui/direction.ts'
import { ToastProvider } from '../../ui/Toasts.tsx'
import { TooltipProvider } from '../../ui/Tooltip.tsx'
import { EngineProvider, type ReachedEngine } from '../../watch/engine.tsx'
import { App } from './App.tsx'
import { Boundary } from './Boundary.tsx'

export function Root({ engine }: { engine: ReachedEngine }) {
  return (
    <Boundary>
      <EngineProvider engine={engine}>
        <Direction.Provider dir={pageDirection()}>
          <TooltipProvider>
            <ToastProvider>
              <App />
            </ToastProvider>
          </TooltipProvider>
        </Direction.Provider>
      </EngineProvider>
    </Boundary>
  )
}
