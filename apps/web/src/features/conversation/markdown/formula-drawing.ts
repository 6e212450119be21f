/** KaTeX, within limits, with its styles and fonts from this origin. Loaded by formula-loading.ts with the first formula. */
import katex, { type KatexOptions } from 'katex'
import stylesAddress from 'katex/dist/katex.min.css?url'

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

/** Into the element; false where it cannot be read as a formula. */
export function drawFormula(source: string, element: HTMLElement, isDisplay: boolean): boolean {
  try {
    katex.render(source, element, optionsFor(isDisplay))
    return true
  } catch {
    return false
  }
}

export function loadStyles(): Promise<void> {
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
