/** Draws the screens, or with `?scene=gallery` the parts that they are made of, over the preview engine. */
import '../src/ui/tokens.css'
import '../src/ui/base.css'
import { createRoot } from 'react-dom/client'
import { Root } from '../src/features/frame/Root.tsx'
import { InsecurePage } from '../src/features/entry/BlockedPage.tsx'
import { turnPage } from '../src/text/pseudo.ts'
import { followAppearance } from '../src/ui/appearance.ts'
import { Gallery } from './Gallery.tsx'
import { PreviewEngine, type Scene } from './PreviewEngine.ts'

const scene = new URLSearchParams(location.search).get('scene') ?? 'ready'

function screen() {
  if (scene === 'gallery') return <Gallery />
  if (scene === 'insecure') return <InsecurePage address={new URL('http://chat.example.org:3000/')} />
  return <Root engine={new PreviewEngine(scene as Scene)} />
}

followAppearance()
turnPage(location.search)
const root = document.getElementById('root')
if (root) createRoot(root).render(screen())
