/** From which side the page's language runs, for what styles cannot say: where menus open, and what the arrow keys mean. */
export function pageDirection(): 'ltr' | 'rtl' {
  return document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'
}

/** The key as it would be pressed in a page from left to right: ArrowRight goes on, whichever way that is here. */
export function asFromLeft(key: string): string {
  if (pageDirection() === 'ltr') return key
  if (key === 'ArrowLeft') return 'ArrowRight'
  return key === 'ArrowRight' ? 'ArrowLeft' : key
}
