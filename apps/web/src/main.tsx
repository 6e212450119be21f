/** The web client's first lines: refuses to run where it cannot encrypt, else connects the engine and draws the screens. */
import './ui/tokens.css'
import './ui/base.css'
import './ui/forced-colors.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { InsecurePage, UnsupportedPage } from './features/entry/BlockedPage.tsx'
import { Root } from './features/frame/Root.tsx'
import { connectEngine, type ConnectedEngine } from './platform/engine.ts'
import { keepForOffline } from './platform/offline-shell.ts'
import { painted } from './platform/painted.ts'
import { wasSignedIn } from './platform/signed-in.ts'
import { missingFeatures } from './platform/support.ts'
import { turnPage } from './text/pseudo.ts'
import { followAppearance } from './ui/appearance.ts'

function screen() {
  if (!isSecureContext) return <InsecurePage address={new URL(location.href)} />
  const missing = missingFeatures()
  if (missing.length > 0) return <UnsupportedPage missing={missing} />
  return <Root engine={startEngine()} />
}

/**
 * The engine is most of what there is to load. Where its first word is waited for it starts at once; where there are fields to
 * fill in, once they are on the screen. Whatever is kept for opening offline comes after both.
 */
function startEngine(): ConnectedEngine {
  const engine = connectEngine(wasSignedIn() ? Promise.resolve() : painted())
  const stop = engine.watch('session', {}, () => {
    keepForOffline()
    stop()
  })
  return engine
}

followAppearance()
turnPage(location.search)
const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode>{screen()}</StrictMode>)
