/** The web client's first lines: refuses to run where it cannot encrypt, else connects the engine and draws the screens. */
import './ui/tokens.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { InsecurePage, UnsupportedPage } from './features/entry/BlockedPage.tsx'
import { Root } from './features/frame/Root.tsx'
import { connectEngine } from './platform/engine.ts'
import { keepForOffline } from './platform/offline-shell.ts'
import { missingFeatures } from './platform/support.ts'
import { applyTheme, readTheme } from './ui/theme.ts'

function screen() {
  if (!isSecureContext) return <InsecurePage address={new URL(location.href)} />
  const missing = missingFeatures()
  if (missing.length > 0) return <UnsupportedPage missing={missing} />
  return <Root engine={connectEngine()} />
}

applyTheme(readTheme())
const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode>{screen()}</StrictMode>)
keepForOffline()
