/**
 * How it looks, as somebody has chosen on this device: colours, contrast, density. Set on the root element, from where the tokens
 * follow (tokens.css). `system`: as the device is set.
 */
export const THEMES = ['system', 'light', 'dark'] as const
export const CONTRASTS = ['system', 'standard', 'high'] as const
export const DENSITIES = ['comfortable', 'cosy', 'compact'] as const

export interface Appearance {
  theme: (typeof THEMES)[number]
  contrast: (typeof CONTRASTS)[number]
  density: (typeof DENSITIES)[number]
}

/** The first of each is what nobody has to choose. */
const CHOICES: { [K in keyof Appearance]: readonly Appearance[K][] } = {
  theme: THEMES,
  contrast: CONTRASTS,
  density: DENSITIES,
}
const moreContrast = () => matchMedia('(prefers-contrast: more)')

function read<K extends keyof Appearance>(choice: K): Appearance[K] {
  const kept = localStorage.getItem(`reforms.${choice}`)
  return CHOICES[choice].find((value) => value === kept) ?? CHOICES[choice][0]!
}

export function readAppearance(): Appearance {
  return { theme: read('theme'), contrast: read('contrast'), density: read('density') }
}

export function keepAppearance(appearance: Appearance): void {
  for (const [choice, value] of Object.entries(appearance)) localStorage.setItem(`reforms.${choice}`, value)
  applyAppearance()
}

function applyAppearance(): void {
  const { theme, contrast, density } = readAppearance()
  const high = contrast === 'high' || (contrast === 'system' && moreContrast().matches)
  Object.assign(document.documentElement.dataset, { theme, density, contrast: high ? 'high' : 'standard' })
}

/** From now on, when the device is set otherwise too. */
export function followAppearance(): void {
  applyAppearance()
  moreContrast().addEventListener('change', applyAppearance)
}
