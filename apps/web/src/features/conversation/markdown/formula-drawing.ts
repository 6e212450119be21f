/** KaTeX with its styles and fonts, from this origin, on first use. For Formula.tsx. */
import type { KatexOptions } from 'katex'
import stylesAddress from 'katex/dist/katex.min.css?url'

/** Draws into the element; false where it cannot be read as a formula. */
export type Drawer = (source: string, element: HTMLElement, isDisplay: boolean) => boolean

/** Sizes in ems, and how often macros may be expanded. */
const SIZE_MAX_EM = 20
const EXPANSIONS_MAX = 300

export function optionsFor(isDisplay: boolean): KatexOptions {
  return {
    displayMode: isDisplay,
    trust: false,
    strict: 'ignore',
    throwOnError: true,
    maxSize: SIZE_MAX_EM,
    maxExpand: EXPANSIONS_MAX,
    output: 'htmlAndMathml',
  }
}

let drawer: Drawer | undefined
let loading: Promise<void> | undefined

export function drawerHere(): Drawer | undefined {
  return drawer
}

export function loadDrawer(): Promise<void> {
  loading ??= load().catch((problem: unknown) => {
    loading = undefined
    throw problem
  })
  return loading
}

async function load(): Promise<void> {
  const [{ default: katex }] = await Promise.all([import('katex'), loadStyles()])
  drawer = (source, element, isDisplay) => {
    try {
      katex.render(source, element, optionsFor(isDisplay))
      return true
    } catch {
      return false
    }
  }
}

function loadStyles(): Promise<void> {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = stylesAddress
  return new Promise((resolve, reject) => {
    link.onload = () => resolve()
    link.onerror = () => {
      link.remove()
      reject(new TypeError('the styles of formulas could not be loaded'))
    }
    document.head.append(link)
  })
}
