/** What draws formulas, fetched with the first of them. For Formula.tsx. */
type Drawer = (source: string, element: HTMLElement, isDisplay: boolean) => boolean

let drawer: Drawer | undefined
let loading: Promise<void> | undefined

export function drawerHere(): Drawer | undefined {
  return drawer
}

/** Rejects where it cannot be had, and can be asked again then. */
export function loadDrawer(): Promise<void> {
  loading ??= load().catch((problem: unknown) => {
    loading = undefined
    throw problem
  })
  return loading
}

async function load(): Promise<void> {
  const { drawFormula, loadStyles } = await import('./formula-drawing.ts')
  await loadStyles()
  drawer = drawFormula
}
