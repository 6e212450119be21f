/** What the service worker and pages say to each other so that two tabs have a port between them. All sides import it. */

/** To the service worker: a tab wants to hear from the page that leads in this term. */
export interface Introduction {
  readonly kind: 'introduce'
  readonly tab: string
  readonly term: number
}

/** To every other page, with a port to the tab that wants to hear. */
export interface Introduced {
  readonly kind: 'introduced'
  readonly tab: string
  readonly term: number
}

/** To the tab that asked, once for every other page, with the port's other end. */
export interface Lane {
  readonly kind: 'lane'
}
