/** Light, dark, or as the system says: kept on this device, set on the root element, from where the tokens follow. */
export type Theme = 'system' | 'light' | 'dark'
const KEY = 'reforms.theme'

export function readTheme(): Theme {
  const kept = localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  document.documentElement.dataset.theme = theme
}
