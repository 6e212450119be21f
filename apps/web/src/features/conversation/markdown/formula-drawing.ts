/** KaTeX, within limits, with its styles and fonts from this origin. Loaded by formula-loading.ts with the first formula. */
import katex, { type KatexOptions } from 'katex'
import stylesAddress from 'katex/dist/katex.min.css?url'

/** Sizes in ems, and how often macros may be expanded. */
const SIZE_MAX_EM = 20
const EXPANSIONS_MAX = 300
/** A few names that stand for one another, and within the limit of expansions there are millions of signs. */
const DEFINITION = /\\(?:[egx]?def|let|futurelet|(?:re)?newcommand|providecommand)(?![a-zA-Z@])/

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

/** Whether it has macros of its own, which nobody needs within one formula. */
export function definesMacros(source: string): boolean {
  return DEFINITION.test(source)
}

/** Into the element; false where it cannot be read as a formula, or is not to be. */
export function drawFormula(source: string, element: HTMLElement, isDisplay: boolean): boolean {
  if (definesMacros(source)) return false
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
