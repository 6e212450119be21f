/** Everything that a screen needs around it, for a given engine. */
import type { Engine } from '@reforms/client'
import { ToastProvider } from '../../ui/Toasts.tsx'
import { TooltipProvider } from '../../ui/Tooltip.tsx'
import { EngineProvider } from '../../watch/engine.tsx'
import { App } from './App.tsx'
import { Boundary } from './Boundary.tsx'

export function Root({ engine }: { engine: Engine }) {
  return (
    <Boundary>
      <EngineProvider engine={engine}>
        <TooltipProvider>
          <ToastProvider>
            <App />
          </ToastProvider>
        </TooltipProvider>
      </EngineProvider>
    </Boundary>
  )
}
