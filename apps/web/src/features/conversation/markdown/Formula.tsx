/**
 * A formula: its source until KaTeX is here, which is loaded with the first one, and where KaTeX cannot be had or cannot read it.
 * KaTeX makes elements, never markup, and is given no trust: no links, no pictures, no attributes of the writer's.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { drawerHere, loadDrawer } from './formula-loading.ts'
import './formula.css'

interface FormulaProps {
  source: string
  isDisplay: boolean
}

export function Formula({ source, isDisplay }: FormulaProps) {
  const drawn = useRef<HTMLSpanElement>(null)
  const isHere = useDrawer()
  const [unreadable, setUnreadable] = useState<string>()
  useLayoutEffect(() => {
    if (!drawn.current || !drawerHere()) return
    if (!drawerHere()?.(source, drawn.current, isDisplay)) setUnreadable(source)
  }, [source, isDisplay, isHere])
  const look = isDisplay ? 'formula formula-display' : 'formula'
  if (isHere && unreadable !== source) return <span ref={drawn} className={look} dir="ltr" />
  return (
    <code className={isDisplay ? 'formula-display' : undefined} dir="ltr">
      {isDisplay ? `$$${source}$$` : `$${source}$`}
    </code>
  )
}

function useDrawer(): boolean {
  const [isHere, setHere] = useState(() => drawerHere() !== undefined)
  useEffect(() => {
    if (isHere) return
    let wanted = true
    // Without a connection the source is readable too.
    loadDrawer().then(
      () => wanted && setHere(true),
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [isHere])
  return isHere
}
